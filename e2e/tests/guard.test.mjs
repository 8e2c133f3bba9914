// The guard of all other tests is worth something only if it notices.
import assert from 'node:assert/strict';
import { BASE, window } from '../lib/desk.mjs';
import { test } from '../lib/tests.mjs';

const BREACHES = {
  'an inline style': () => document.body.setAttribute('style', 'color: red'),
  'an inline script': () => document.body.append(Object.assign(document.createElement('script'), { textContent: 'void 0' })),
  'HTML from a string': () => {
    document.body.innerHTML = '<b>x</b>';
  },
  'a picture from elsewhere': () => document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.2:9/x.png' })),
  'an error in a script': () => setTimeout(() => document.querySelector('nowhere').click()),
  'an error on the console': () => console.error('told'),
  'a request that is refused': () => fetch('/static/nowhere.css'),
};

for (const [name, breach] of Object.entries(BREACHES)) {
  test(`the guard notices ${name}`, async () => {
    const w = await window();
    try {
      await w.page.goto(`${BASE}/sign-in`);
      w.calm();
      await w.page.evaluate(breach).catch(() => {});
      await w.page.waitForTimeout(150);
      assert.notEqual(w.troubles.length, 0);
      assert.throws(() => w.calm());
    } finally {
      await w.context.close();
    }
  });
}
