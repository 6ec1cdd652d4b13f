"""The browser's database, as the page uses it."""

from __future__ import annotations

pytest_plugins = ["computing"]


def test_what_is_new_replaces_nothing(compute):
    body = """
      const { database } = await load("base/database.js");
      const values = await database("test", ["some", "others"]);
      const put = (value, isNew) => values.put({ some: value, others: value }, "one", isNew);
      const stored = [];
      for (const [value, isNew] of [[1, true], [2, true], [3, false]]) {
        stored.push([await put(value, isNew), await values.get("some", "one")]);
      }
      return { stored, keys: await values.keys("others") };
    """
    assert compute(body) == {"stored": [[True, 1], [False, 1], [True, 3]], "keys": ["one"]}
