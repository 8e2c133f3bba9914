// Pages stand still while they load, and stand there soon.
import assert from 'node:assert/strict';
import { casesOf, enter } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

/** The most that a page may move by itself while it loads; browsers call 0.1 good. */
const MOST = 0.02;

/** Loads an address afresh; tells how much moved, and when something was painted first, in milliseconds. */
async function load(page, address) {
  await page.goto(address);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let moved = 0;
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries()) moved += shift.value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => {
          const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
          resolve({ moved, paint });
        }, 250);
      }),
  );
}

for (const phone of [false, true]) {
  browse(`nothing moves while a page loads, ${phone ? 'on a phone' : 'at a desk'}`, { phone, locale: 'zh-CN' }, async ({ page }) => {
    await enter(page, 'supervisor', '/cases?open=yes&sort=due');
    const [id] = await casesOf(page);
    const moved = {};
    for (const address of ['/', '/cases?open=yes&sort=due', `/cases/${id}`, `/cases/${id}/do/record_contact`, '/cases/new', '/complain']) {
      moved[address] = (await load(page, address)).moved;
    }
    const most = Math.max(...Object.values(moved));
    assert.ok(most < MOST, JSON.stringify(moved));
  });
}

browse('a chosen appearance stands before the first paint and stays', {}, async ({ page }) => {
  await enter(page, 'supervisor');
  await page.click('header summary.who');
  await page.click('[data-theme-toggle]');
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await colour();
  await page.goto('/cases');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  assert.equal(await colour(), dark);
});

browse('the first paint of Today is told', {}, async ({ page }, t) => {
  await enter(page, 'supervisor');
  const times = [];
  for (let n = 0; n < 5; n += 1) times.push((await load(page, '/')).paint);
  times.sort((a, b) => a - b);
  assert.ok(Number.isFinite(times[2]), 'something was painted');
  t.diagnostic(`Today, first paint: median ${Math.round(times[2])} ms of five (aim: under 300 ms; a debug build, tests running beside it)`);
});
