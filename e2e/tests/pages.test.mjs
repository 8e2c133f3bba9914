// Every page: accessible in light and dark, at a desk and on a phone, and never wider than the window.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { barriers } from '../lib/axe.mjs';
import { casesOf, DESKTOP, enter, PHONE, window } from '../lib/desk.mjs';
import { PAGES, show } from '../lib/pages.mjs';
import { ROOT } from '../lib/server.mjs';
import { browse, test } from '../lib/tests.mjs';

/** What sticks out of the window to the right; empty when the page cannot be scrolled sideways. */
const tooWide = (page) =>
  page.evaluate(() => {
    if (document.scrollingElement.scrollWidth <= innerWidth) return '';
    const out = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return `${document.scrollingElement.scrollWidth} px: ${out.slice(0, 3).map((e) => e.outerHTML.slice(0, 100)).join(' | ')}`;
  });

/** Buttons whose words do not fit into them. */
const spilling = (page) =>
  page.locator('.btn, .segments label, .badge, .chip').evaluateAll((all) =>
    all.filter((b) => b.clientWidth > 2 && b.scrollWidth > b.clientWidth + 1).map((b) => b.textContent.trim()),
  );

// Each page in one of the languages: English words are the longest, so it comes first.
const LOCALES = ['en-US', 'zh-CN', 'zh-TW'];

for (const [n, entry] of PAGES.entries()) {
  browse(`${entry.name}: no barrier in light and dark, at a desk and on a phone; no wider than the window`, { locale: LOCALES[n % 3], still: true }, async (w) => {
    const { page } = w;
    await show(w, entry);
    for (const [size, name] of [[DESKTOP, 'desk'], [PHONE, 'phone'], [{ width: 360, height: 740 }, 'small phone']]) {
      await page.setViewportSize(size);
      assert.equal(await tooWide(page), '', `wider than the window: ${name}`);
      assert.deepEqual(await spilling(page), [], `words outside of their button: ${name}`);
      if (name === 'small phone') continue;
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await barriers(page), [], `${name}, ${colorScheme}`);
      }
    }
    assert.equal(await page.locator('h1').count(), 1, 'one main heading');
    assert.notEqual(await page.title(), '');
    await entry.close?.(page);
  });
}

/** The codes of all actions that have a form of their own page (files are attached on the case's), as the table of the domain names them. */
const ACTIONS = [...readFileSync(join(ROOT, 'crates/domain/src/case/allowed.rs'), 'utf8').matchAll(/^ {4}\w+ = "(\w+)";$/gm)]
  .map(([, code]) => code)
  .filter((code) => !['receive', 'note_similar', 'attach_file'].includes(code));

browse('the form of every action fits a phone, and names each of its fields', { phone: true, still: true }, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=yes&sort=due');
  const [id] = await casesOf(page);
  assert.ok(ACTIONS.length > 40, `${ACTIONS.length} actions`);
  const wrong = [];
  for (const action of ACTIONS) {
    await page.goto(`/cases/${id}/do/${action}`);
    const wide = await tooWide(page);
    if (wide) wrong.push(`${action}: ${wide}`);
    const nameless = await page
      .locator('main :is(input:not([type=hidden]), select, textarea)')
      .evaluateAll((all) => all.filter((f) => !f.labels?.[0]?.textContent.trim()).map((f) => f.name));
    if (nameless.length) wrong.push(`${action}: no label at ${nameless}`);
  }
  assert.deepEqual(wrong, []);
});

test('the check for width notices', async () => {
  const w = await window({ phone: true });
  await w.page.goto('/complain');
  await w.page.evaluate(() => document.querySelector('h1').append('x'.repeat(400)));
  await w.page.evaluate(() => Object.assign(document.querySelector('h1').style, { whiteSpace: 'nowrap', overflowWrap: 'normal' }));
  assert.notEqual(await tooWide(w.page), '');
  await w.context.close();
});

test('the check for barriers notices', async () => {
  const w = await window();
  await w.page.goto('/sign-in');
  await w.page.evaluate(() => document.querySelector('label[for=id]').remove());
  assert.match((await barriers(w.page)).join(), /label/);
  await w.context.close();
});
