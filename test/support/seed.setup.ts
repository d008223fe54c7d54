import * as fc from 'fast-check';

/**
 * One seed for every property: a change is judged by what it does, not by the day's luck. `npm run deep` draws new ones,
 * and `PUSHBACK_SEED` sets one.
 */
const given = process.env['PUSHBACK_SEED'];

if (given !== 'random') fc.configureGlobal({ seed: given === undefined ? 20_261_125 : Number(given) });
