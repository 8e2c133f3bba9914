// Everything can be done without a pointer.
import assert from 'node:assert/strict';
import { act, register } from '../lib/cases.mjs';
import { enter } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

/** Presses Tab until `selector` has the focus; returns how often. */
async function tabTo(page, selector, most = 80) {
  for (let n = 0; n <= most; n += 1) {
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return n;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} was not reached by ${most} presses of Tab`);
}

browse('signing in, and past the navigation by the skip link', {}, async ({ page }) => {
  await page.goto('/sign-in');
  await tabTo(page, 'form:has(input[name=role][value=handler]) button');
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => u.pathname === '/');
  await page.keyboard.press('Tab');
  const skip = page.locator('a.skip');
  assert.ok(await skip.evaluate((e) => document.activeElement === e), 'the skip link comes first');
  const box = await skip.boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.width > 20, 'and is seen while it has the focus');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
});

browse('keys go to pages and through lists, and leave typing alone', {}, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=no');
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const rows = await page.locator('a.to').allInnerTexts();
  await page.keyboard.press('j');
  assert.equal(await focused(), rows[0]);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.equal(await focused(), rows[2]);
  await page.keyboard.press('k');
  assert.equal(await focused(), rows[1]);
  await page.keyboard.press('x');
  assert.ok(await page.isChecked(`input[name=case][value="${rows[1]}"]`), 'x ticks the row');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/cases/${rows[1]}`);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForURL((u) => u.pathname === '/');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL('**/cases?open=yes&sort=due');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
  await page.keyboard.type('gt/jk?');
  assert.equal(await page.inputValue('header input[name=q]'), 'gt/jk?');
  await page.locator('main').focus();
  await page.keyboard.press('?');
  assert.ok(await page.locator('#keys dl').isVisible(), 'the list of keys');
  await page.keyboard.press('Escape');
  assert.ok(!(await page.locator('#keys dl').isVisible()));
});

browse('a whole form by Tab, arrows and Enter', {}, async ({ page }) => {
  await enter(page, 'handler', '/cases/new');
  const id = await register(page);
  await act(page, id, 'acknowledge', { channel: 'sms' });
  await act(page, id, 'start_review');
  await page.goto(`/cases/${id}`);
  await tabTo(page, 'a[href$="/do/assess"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/do/assess');
  await tabTo(page, '[name=truth]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const truth = await page.evaluate(() => document.querySelector('[name=truth]:checked')?.value);
  assert.ok(truth, 'the arrows choose');
  await page.keyboard.press('Tab');
  assert.equal(await tabTo(page, '[name=reasonableness]', 2), 0, 'one Tab leaves the group');
  await page.keyboard.press('Space');
  await tabTo(page, '[name=reasons]', 4);
  await page.keyboard.type('Seen on the statement of account.');
  await tabTo(page, 'button.primary', 2);
  await page.keyboard.press('Enter');
  await page.waitForURL('**?done=assess');
  assert.match(await page.locator('#claims').innerText(), /Seen on the statement/);
});

browse('whatever has the focus can be seen to have it', {}, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=yes&sort=due');
  const bare = [];
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      // A ring may be drawn by the part that holds the field, such as the search box.
      const ring = (x) => {
        const s = getComputedStyle(x);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
      };
      return ring(e) || ring(e.parentElement) ? '' : e.outerHTML.slice(0, 120);
    });
    if (found) bare.push(found);
  }
  assert.deepEqual(bare, []);
});
