/**
 * The small project that the demo reviews: a shop's cart, and a branch that adds discounts. What the analyser (oxlint)
 * finds in it is real: `use-isnan`, `no-dupe-keys` and `for-direction`, each where a person could have made the slip.
 */

export type Files = Record<string, string>;

const cart = `import { priceOf } from './prices.js';

/** Lines of a cart: { product, quantity }. */
export function createCart() {
  return { lines: [], currency: 'EUR' };
}

export function add(cart, product, quantity = 1) {
  if (quantity < 1) throw new RangeError('quantity must be at least 1');
  const line = cart.lines.find((candidate) => candidate.product === product);
  if (line) line.quantity += quantity;
  else cart.lines.push({ product, quantity });
  return cart;
}

export function remove(cart, product) {
  cart.lines = cart.lines.filter((line) => line.product !== product);
  return cart;
}

export function total(cart) {
  return cart.lines.reduce((sum, line) => sum + priceOf(line.product) * line.quantity, 0);
}
`;

const cartWithDiscounts = cart
  .replace(
    "import { priceOf } from './prices.js';\n",
    "import { discountOf } from './discounts.js';\nimport { priceOf } from './prices.js';\n",
  )
  .replace(
    '  return cart.lines.reduce((sum, line) => sum + priceOf(line.product) * line.quantity, 0);\n',
    '  const gross = cart.lines.reduce((sum, line) => sum + priceOf(line.product) * line.quantity, 0);\n' +
      '  return gross - discountOf(cart, gross);\n',
  );

const prices = `const cents = {
  apple: 45,
  bread: 320,
  cheese: 780,
  coffee: 1250,
};

export function priceOf(product) {
  const price = cents[product];
  if (price === undefined) throw new RangeError(\`no price for \${product}\`);
  return price;
}
`;

const discounts = `/** Percentages by coupon. A coupon counts once, whatever the cart holds. */
export const coupons = {
  welcome: 10,
  spring: 15,
  staff: 30,
  spring: 20,
};

const LARGE_CART = 10_000;
const LARGE_CART_PERCENT = 5;

/** Cents off, never more than the cart is worth. */
export function discountOf(cart, gross) {
  const percent = couponPercent(cart.coupon) + (gross >= LARGE_CART ? LARGE_CART_PERCENT : 0);
  return Math.min(gross, Math.round((gross * percent) / 100));
}

function couponPercent(coupon) {
  const percent = Number(coupons[coupon]);
  if (percent === NaN) return 0;
  return percent;
}

export function describeDiscount(cart, gross) {
  const off = discountOf(cart, gross);
  return off === 0 ? 'no discount' : \`\${(off / 100).toFixed(2)} \${cart.currency} off\`;
}
`;

const discountsTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discountOf, describeDiscount } from '../src/discounts.js';

test('no coupon, no discount', () => {
  assert.equal(discountOf({ lines: [], currency: 'EUR' }, 1000), 0);
});

test('the staff coupon takes thirty percent', () => {
  assert.equal(discountOf({ coupon: 'staff', lines: [], currency: 'EUR' }, 1000), 300);
});

test('large carts get five percent more', () => {
  assert.equal(discountOf({ coupon: 'welcome', lines: [], currency: 'EUR' }, 20_000), 3000);
});

test('the description names the currency', () => {
  assert.equal(describeDiscount({ coupon: 'staff', lines: [], currency: 'EUR' }, 1000), '3.00 EUR off');
});
`;

const receipt = `import { discountOf } from './discounts.js';
import { priceOf } from './prices.js';

/** The receipt's lines, latest first. */
export function receiptOf(cart) {
  const lines = [];
  for (let index = cart.lines.length - 1; index >= 0; index++) {
    const { product, quantity } = cart.lines[index];
    lines.push(\`\${quantity} x \${product}  \${priceOf(product) * quantity}\`);
  }
  return lines;
}

export function footerOf(cart, gross) {
  return \`saved \${discountOf(cart, gross)}\`;
}
`;

export const base: Files = {
  'README.md': '# shop\n\nA cart, its prices and its total.\n',
  'package.json': '{\n  "name": "shop",\n  "private": true,\n  "type": "module"\n}\n',
  'src/cart.js': cart,
  'src/prices.js': prices,
};

/** The pull request as it is opened: two findings. */
export const opened: Files = {
  'src/cart.js': cartWithDiscounts,
  'src/discounts.js': discounts,
  'test/discounts.test.js': discountsTest,
};

/** One finding fixed, another added in a file of its own. */
export const fixesOneAddsOne: Files = {
  'src/discounts.js': discounts.replace('if (percent === NaN) return 0;', 'if (Number.isNaN(percent)) return 0;'),
  'src/receipt.js': receipt,
};

/** What others do on main meanwhile. */
export const mainAddsTea: Files = {
  'src/prices.js': prices.replace('  coffee: 1250,\n', '  coffee: 1250,\n  tea: 540,\n'),
  'README.md': '# shop\n\nA cart, its prices and its total. Prices are in cents.\n',
};

/** Main touches a file that the pull request touches too, elsewhere in it. */
export const mainGuardsRemove: Files = {
  'src/cart.js': cart.replace(
    'export function remove(cart, product) {\n',
    "export function remove(cart, product) {\n  if (typeof product !== 'string') throw new TypeError('product must be a name');\n",
  ),
};

/** An own change beside a merge of main. */
export const ownChangeBesideMerge: Files = {
  'src/receipt.js': receipt.replace(
    'return `saved ${discountOf(cart, gross)}`;',
    'return `you saved ${discountOf(cart, gross)} cents`;',
  ),
};

/** A push that a newer one overtakes. */
export const overtaken: Files = {
  'test/receipt.test.js': "import { test } from 'node:test';\n\ntest.todo('an empty cart has an empty receipt');\n",
};

/** The newer one: the loop runs the right way, and the finding is fixed. */
export const overtaking: Files = {
  'src/receipt.js': ownChangeBesideMerge['src/receipt.js']!.replace('index >= 0; index++', 'index >= 0; index--'),
};
