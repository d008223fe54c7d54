/** Everything the page's look needs; the reader's own choice decides between light and dark. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1b2330; --muted: #5b6676; --rule: #e3e7ec;
  --full: #8a95a5; --prev: #d9822b; --ours: #0b7a75; --faint: #d3d9e0;
  --linear: #3f6fd1; --base-moved: #8a56c2; --rebased: #c2457e; --inside: #fff; }
@media (prefers-color-scheme: dark) { :root { --page: #10151c; --card: #181f29; --text: #e6eaf0; --muted: #9aa6b6; --rule: #2a3441;
  --full: #778394; --prev: #f0a04b; --ours: #3cc7bd; --faint: #3a4555;
  --linear: #5d8ae6; --base-moved: #a57be0; --rebased: #e06d9f; --inside: #0d1218; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 36px 20px 56px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 0 0 4px; }
p { margin: 0 0 12px; max-width: 76ch; }
.muted, small { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 22px 26px; margin-top: 20px; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 16px; margin-top: 22px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-top: 5px solid var(--full); border-radius: 10px; padding: 16px 20px; }
.tile.prev { border-top-color: var(--prev); } .tile.ours { border-top-color: var(--ours); }
.tile b { display: block; font-size: 36px; line-height: 1.15; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile.ours b { color: var(--ours); }
svg { display: block; max-width: 100%; height: auto; margin-top: 10px; }
td svg { margin: 0; }
svg text { fill: var(--text); font-size: 13px; }
svg text.head { font-weight: 600; font-size: 14px; }
svg text.value { font-variant-numeric: tabular-nums; }
svg text.tick { fill: var(--muted); font-size: 12px; }
svg text.inside { fill: var(--inside); font-weight: 600; }
.rule { stroke: var(--rule); stroke-width: 1; }
.line { fill: none !important; stroke-width: 2.5; stroke-linejoin: round; }
.full { fill: var(--full); } .line.full { stroke: var(--full); }
.prev { fill: var(--prev); } .line.prev { stroke: var(--prev); }
.ours { fill: var(--ours); } .line.ours { stroke: var(--ours); }
.faint { fill: var(--faint); }
.linear { fill: var(--linear); } .base-moved { fill: var(--base-moved); } .rebased { fill: var(--rebased); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 6px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13px; }
.legend svg { display: inline-block; margin: 0 7px 0 0; vertical-align: -1px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; margin-top: 8px; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--rule); text-align: left; white-space: nowrap; }
th[scope=row] { font-weight: 600; max-width: 260px; overflow: hidden; text-overflow: ellipsis; }
thead th { color: var(--muted); font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 720px) { .tiles { grid-template-columns: 1fr; } section { padding: 16px; } }
`;
