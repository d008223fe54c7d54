import { describe, expect, test } from '@jest/globals';
import { contextInShort } from './marked-file.ts';

/** Each file has one new line; what is around it is said by line numbers of head, without what the diff shows already. */
const FILES: [language: string, path: string, file: string, expected: string][] = [
  [
    'TypeScript, a method',
    'cart.ts',
    `
import { x } from './x.ts';

export class Cart {
  #items: Item[] = [];

  async add(
    item: Item,
  ): Promise<void> {
    const price = await priceOf(item);
+   if (price < 0) throw new Error('price');
    this.#items.push(item);

    return done();
  }

  size(): number {
    return this.#items.length;
  }
}

export const total = (cart: Cart): number => {
  return cart.size();
};`,
    'enclosing 3,6-8; enclosing 12-14; outline 16,21',
  ],
  [
    'JavaScript, functions that are assigned',
    'layer.js',
    `
var app = exports = module.exports = {};

app.use = function use(fn) {
  var offset = 0;
+  var path = '/';

  fns.forEach(function (fn) {
    if (fn) {
      fn();
    }
  }, this);

  return this;
};

app.route = function route(path) {
  return this._router.route(path);
};`,
    'enclosing 3; enclosing 7-14; outline 16',
  ],
  [
    'JavaScript, a test in a suite',
    'cart.test.js',
    `
describe('cart', function () {
  it('adds', function (done) {
    const text = \`
at the margin
\`;
+    request(app).get(text).expect(200);

    done();
  });

  it('removes', function (done) {
    done();
  });
});`,
    'enclosing 1-4; enclosing 8-9; outline 11',
  ],
  [
    'Python',
    'cart.py',
    `
LIMIT = {
    'a': 1,
}

# How much it is.
@cached
def total(items,
          tax=0):
    """Sum.

Text at the margin.
"""
    try:
+        log(items)
        return sum(items)
    except ValueError:
        return 0


class Cart(Base):
    def size(self) -> int:
        return 1`,
    'enclosing 5-12; enclosing 16-17; outline 20-21',
  ],
  [
    'Go',
    'server.go',
    `
package main

type Server struct {
	done chan struct{}
}

func (s *Server) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
+			s.stop()
			return ctx.Err()
		case <-s.done:
			return nil
		}
	}
retry:
	return nil
}

func New() *Server {
	return &Server{}
}`,
    'enclosing 7-9; enclosing 13-19; outline 3,21',
  ],
  [
    'Java, parameters over lines',
    'Cart.java',
    `
package shop;

@Service
public class Cart implements Basket {
    @Override
    public List<Item> items(int from,
                            int to) throws IOException {
        if (from > to) {
            throw new IllegalArgumentException();
        } else {
+            log(from);
            return find(from, to);
        }
    }

    Cart() {
    }
}`,
    'enclosing 4-9; enclosing 13-14; outline 16',
  ],
  [
    'C#, braces on lines of their own',
    'Cart.cs',
    `
namespace Shop
{
    public class Cart
    {
        [HttpGet("{id}")]
        public async Task<Cart> Get(int id)
        {
            if (id < 0)
            {
                return null;
            }
#if DEBUG
            Trace(id);
#endif
+            Check(id);
            return await Load(id);
        }

        void Trace(int id)
        {
        }
    }
}`,
    'enclosing 1-4,6-13; enclosing 17; outline 19',
  ],
  [
    'Rust',
    'cart.rs',
    `
impl<T> Cart<T>
where
    T: Item,
{
    /// Adds one.
    pub(crate) fn add(&mut self, item: T) -> Result<(), Error> {
        match item.kind() {
            Kind::A => {
+                check(&item);
                self.items.push(item);
            }
            _ => {}
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.items.len()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {}
}`,
    'enclosing 1,5-7; enclosing 11-15; outline 17,23,25',
  ],
  [
    'C, the type on a line of its own, labels and directives',
    'cart.c',
    `
#include <stdio.h>

static int
cart_add(struct cart *c,
	 int n)
{
	if (n < 0)
		goto fail;
#ifdef CHECK
	check(c);
#endif
+	c->n += n;
	return 0;
fail:
	return -1;
}

int main(void) {
	return cart_add(NULL, 1);
}`,
    'enclosing 4-10; enclosing 14-16; outline 18',
  ],
  [
    'C++, a method outside of its class',
    'cart.cpp',
    `
namespace shop {

class Cart : public Base {
public:
  int total() const { return n_; }
private:
  int n_;
};

int Cart::sum(int x) const {
  int start = 0;
+  start += x;
  return std::accumulate(v.begin(), v.end(), start, [](int a, int b) {
    return a + b;
  });
}

}  // namespace shop`,
    'enclosing 10; enclosing 14-16; outline 1,3',
  ],
  [
    'Ruby',
    'cart.rb',
    `
module Shop
  class Cart < Base
    # What it costs.
    def total
      items.map do |item|
+        check(item)
        item.price
      end.sum
    rescue StandardError
      0
    end

    def size = items.size
  end
end`,
    'enclosing 1-4; enclosing 8-11; outline 13',
  ],
  [
    'PHP',
    'Cart.php',
    `
<?php

final class Cart extends Base
{
    #[Route('/total')]
    public static function total(int $a): int
    {
        foreach ($a as $b) {
+            check($b);
            echo $b;
        }
        return 1;
    }

    private function size()
    {
        return 0;
    }
}`,
    'enclosing 3-7; enclosing 11-13; outline 15',
  ],
  [
    'Kotlin',
    'Cart.kt',
    `
class Cart(private val items: List<Item>) : Basket {
    override fun total(): Int = items.sumOf { it.price }

    suspend fun load(id: String): Cart {
        return when (id) {
            "a" -> {
+                check(id)
                Cart(emptyList())
            }
            else -> error("x")
        }
    }

    companion object {
        fun empty() = Cart(emptyList())
    }
}`,
    'enclosing 1,4-5; enclosing 9-12; outline 2,14-15',
  ],
  [
    'Swift',
    'Cart.swift',
    `
final class Cart: Basket {
    @discardableResult
    func add(_ item: Item) throws -> Int {
        guard item.ok else {
            throw Fault.bad
        }
+        check(item)
        items.forEach { i in
            print(i)
        }
        return 1
    }
}

extension Cart {
    func clear() {
    }
}`,
    'enclosing 1-5; enclosing 9-12; outline 15-16',
  ],
  [
    'YAML, keys around it and the step that it is in',
    'ci.yml',
    `
name: ci
on: [push]
jobs:
  build:
    runs-on: ubuntu
    steps:
    - uses: actions/checkout
      with:
+        depth: 0
        clean: true
    - run: |
        npm ci
        npm test`,
    'enclosing 3-7; enclosing 11-13',
  ],
  [
    'Markdown, the section',
    'README.md',
    `
# Cart

Intro.

## Install

\`\`\`sh
# not a heading
npm ci
\`\`\`

Then
+go.

## Use

Text.`,
    'enclosing 1,5-11; outline 15',
  ],
  [
    'SQL, the statement',
    'carts.sql',
    `
CREATE TABLE carts (
  id int primary key
);

CREATE FUNCTION total(c int) RETURNS int AS $$
BEGIN
  PERFORM check(c);
+  PERFORM log(c);
  RETURN 1;
END;
$$ LANGUAGE plpgsql;

SELECT 1;`,
    'enclosing 5-6; enclosing 10-11; outline 1,13',
  ],
  [
    'Shell',
    'build.sh',
    `
#!/bin/bash
usage() {
  cat <<EOF
usage:
  x
EOF
+  check
  exit 2
}

function build {
  for x in a b; do
    echo "$x"
  done
}`,
    'enclosing 1-5; enclosing 9; outline 11',
  ],
  [
    'TOML, the table',
    'Cargo.toml',
    `
[package]
name = "cart"

[dependencies]
serde = "1"
+log = "0.4"
url = "2"
uuid = "1"

[features]
all = []`,
    'enclosing 4; enclosing 8; outline 1,10',
  ],
  [
    'JSON, the keys around it',
    'package.json',
    `
{
  "name": "cart",
  "scripts": {
    "test": "jest",
+    "lint": "oxlint",
    "build": "tsc",
    "types": "tsc"
  },
  "private": true
}`,
    'enclosing 1-3; enclosing 7-10',
  ],
  [
    'a language nobody has heard of, by its indentation',
    'cart.zig',
    `
const std = @import("std");

pub fn main() !void {
    var x = 1;
+    x += 1;
    while (x < 3) {
        x += 1;
    }
}

test "adds" {
}`,
    'enclosing 3; enclosing 7-9; outline 11',
  ],
];

describe('what is around a new line', () => {
  test.each(FILES)('%s', (_, path, file, expected) => {
    expect(contextInShort(path, file)).toBe(expected);
  });
});
