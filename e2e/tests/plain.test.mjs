// Without script everything works, with a button where script would have sent the form.
import assert from 'node:assert/strict';
import { act, register } from '../lib/cases.mjs';
import { enter, fill } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

const PLAIN = { script: false };

browse('without script: sign in, filter, search, change the language', PLAIN, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=yes&sort=due');
  await page.selectOption('#state', 'closed');
  await page.selectOption('#open', '');
  await page.selectOption('#sort', 'updated');
  await page.click('details.filters button');
  await page.waitForURL(/state=closed/);
  const states = await page.locator('table[data-rows] tbody .badge').allInnerTexts();
  assert.ok(states.length > 0 && states.every((s) => s === 'closed'));
  const id = await page.locator('a.to').first().innerText();
  await page.fill('header input[type=search]', id);
  await page.press('header input[type=search]', 'Enter');
  await page.waitForURL(`**/cases/${id}`);
  await page.click('header summary.who');
  await page.click('header form[action="/language"] button[lang="zh-TW"]');
  await page.waitForURL(`**/cases/${id}`);
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-TW');
  // What only script can do is not offered.
  assert.ok(!(await page.locator('[data-print]').isVisible()));
  assert.ok(!(await page.locator('[data-theme-toggle]').isVisible()));
});

browse('without script: a case is registered and acted on', PLAIN, async (w) => {
  w.expects(422);
  const { page } = w;
  await enter(page, 'handler', '/cases/new');
  const id = await register(page);
  await act(page, id, 'acknowledge', { channel: 'sms' });
  await page.goto(`/cases/${id}/do/record_contact`);
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('.notice.bad');
  await fill(page, { channel: 'phone', reached: 'yes' });
  await page.click('main .form-foot button.primary');
  await page.waitForURL('**?done=record_contact');
  // A folded part opens by the browser itself.
  const clock = page.locator('.clock details').first();
  await clock.locator('summary').click();
  assert.ok(await clock.locator('ol.steps').isVisible());
});

browse('without script: many cases are assigned and a list is exported', PLAIN, async ({ page }) => {
  await enter(page, 'supervisor', '/cases/new');
  const id = await register(page);
  await page.goto('/cases?state=received');
  await page.check(`input[name=case][value="${id}"]`);
  await page.selectOption('#to', { index: 1 });
  await page.click('.bar.bulk button');
  await page.waitForURL(/done=1/);
  await page.locator('details.menu:has(form[action="/cases/export"]) summary').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('button[value=csv]')]);
  assert.match(download.suggestedFilename(), /\.csv$/);
});
