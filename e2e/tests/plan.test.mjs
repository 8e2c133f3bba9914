// From consents to appointments: choose, search, look, change by hand, lock, re-plan, compare, publish.
import assert from 'node:assert/strict';
import { barriers } from '../lib/axe.mjs';
import { enter } from '../lib/desk.mjs';
import { arrived, begin, BEGIN } from '../lib/plans.mjs';
import { browse } from '../lib/tests.mjs';

/** Leaves so many cases ticked: the others wait for the tests of other files. */
async function choose(page, many) {
  await page.goto('/plan/new');
  const boxes = page.locator('input[name=case]');
  const all = await boxes.count();
  assert.ok(all >= many, `${all} cases wait`);
  for (let n = 0; n < all; n += 1) await boxes.nth(n).setChecked(n < many);
  await page.fill('#seconds', '2');
}

/** The address of the form of the first visit that can be changed. */
const firstForm = (page) => page.locator('table[data-rows] a[href*="/visits/FC-"]').first().getAttribute('href');

/** Tries other times of the day's visits, the last visit first, until one keeps every rule; says which. */
async function lawful(page) {
  const links = page.locator('table[data-rows] a[href*="/visits/FC-"]');
  const forms = await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')).reverse());
  const said = [];
  for (const form of forms) {
    await page.goto(form);
    const [h, m] = (await page.inputValue('#time')).split(':').map(Number);
    for (const by of [5, 15, 30, -5, -15, -30]) {
      const at = h * 60 + m + by;
      const time = [Math.floor(at / 60), at % 60].map((n) => String(n).padStart(2, '0')).join(':');
      await page.fill('#time', time);
      await Promise.all([page.waitForEvent('load'), page.click('main .form-foot button.primary')]);
      if (await page.locator('#effect.ok').count()) return time;
      said.push(`${time}: ${await page.locator('#effect').innerText()}`);
    }
  }
  throw new Error(`no other time keeps the rules:\n${said.join('\n')}`);
}

const figure = (page, label) => page.locator(`.figures div:has(span:text-is("${label}")) b`).innerText();

browse('a plan is searched, changed by hand, locked, re-planned, compared and published', { still: true }, async (w) => {
  w.expects(409);
  const { page } = w;
  await enter(page, 'supervisor', '/plan');
  await page.click('main a[href="/plan/new"]');
  await page.waitForURL('**/plan/new');
  assert.match(await page.locator('#cases').innerText(), /gives no coordinates/, 'a case without place says so');
  await choose(page, 4);
  await begin(page, BEGIN);
  const first = await arrived(page);
  assert.ok(Number(await figure(page, 'Planned')) >= 2, 'few were planned');
  assert.deepEqual(await barriers(page), []);

  // Dragged far to the left: the server says what that would break, and nothing is kept.
  const bar = page.locator('svg.movable').first();
  await bar.scrollIntoViewIfNeeded();
  const box = await bar.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 700, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.waitForSelector('#effect');
  assert.equal(await page.locator('#effect.bad').count(), 1);
  assert.match(await page.locator('#effect').innerText(), /outside the times|would be on the way|cannot be/);
  assert.equal(await page.locator('button[formaction]').count(), 0, 'what breaks a rule cannot be kept');
  assert.deepEqual(await barriers(page), []);

  // By the form, with the keyboard: another lawful time is kept as a version, and taken back.
  await page.goto(`/plan/${first}`);
  const time = await lawful(page);
  await page.focus('button[formaction]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**?done=kept*');
  assert.match(await page.locator('main').innerText(), new RegExp(`\\b${time}–`));
  assert.match(await page.locator('.page-head').innerText(), /Version 2/);
  await page.click('form[action$="/undo"] button');
  await page.waitForURL('**?done=undone*');
  assert.match(await page.locator('.page-head').innerText(), /Version 1/);

  // Locked, a visit stays where it is.
  const row = page.locator('#main table[data-rows] tbody tr').first();
  const [when, customer] = [await row.locator('th').innerText(), await row.locator('a.to').getAttribute('href')];
  await row.locator('form[action$="/lock"] button').click();
  await page.waitForURL('**?done=kept*');
  assert.equal(await page.locator('.chip:has-text("locked")').count(), 1);
  const day = new URL(page.url()).searchParams.get('day');
  await begin(page, 'form[action$="/replan"] button');
  const second = await arrived(page);
  assert.notEqual(second, first);
  await page.goto(`/plan/${second}?day=${day}`);
  const same = page.locator(`#main table[data-rows] tr:has(a.to[href="${customer}"])`);
  assert.equal((await same.locator('th').innerText()).replace(/^\d+\. /, ''), when.replace(/^\d+\. /, ''));
  assert.ok(await same.locator('.chip:has-text("locked")').count());

  // Side by side with the one it was made from.
  await page.click(`.page-head a[href$="compare?with=${first}"]`);
  await page.waitForURL('**/compare?with=*');
  assert.match(await page.locator('main').innerText(), /Visits at the same time with the same crew/);
  assert.deepEqual(await barriers(page), []);

  // Papers are files.
  await page.goto(`/plan/${second}`);
  for (const name of ['run-sheets.html', 'visits.ics', 'map.geojson']) {
    await page.click('details:has(a[href$="visits.ics"]) summary');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`a[href$="/papers/${name}"]`)]);
    assert.equal(file.suggestedFilename(), `${second}-${name}`);
    await page.keyboard.press('Escape');
  }

  // Published: appointments by the cases' own rules; again, nothing is made twice.
  const planned = Number(await figure(page, 'Planned'));
  await page.click('details:has(form[action$="/publish"]) summary');
  await page.click('form[action$="/publish"] button');
  await page.waitForSelector('h1:text-is("What was published")');
  const made = Number(await figure(page, 'Appointments made'));
  assert.ok(made >= 1 && made <= planned, `${made} of ${planned}`);
  assert.deepEqual(await barriers(page), []);
  await page.goto(`/plan/${second}`);
  await page.click('details:has(form[action$="/publish"]) summary');
  await page.click('form[action$="/publish"] button');
  await page.waitForSelector('h1:text-is("What was published")');
  assert.equal(await figure(page, 'Appointments made'), '0');
  assert.ok(Number(await figure(page, 'Stood already')) >= made);
  await page.goto(customer);
  assert.match(await page.locator('.page-head .badge').first().innerText(), /scheduled/);
});

browse('without script: the search leads to its plan by itself, and a visit is moved, taken out and put back', { script: false }, async (w) => {
  w.expects(409, 422);
  const { page } = w;
  await enter(page, 'supervisor', '/plan');
  await choose(page, 2);
  await begin(page, BEGIN);
  await arrived(page);
  await page.goto(await firstForm(page));
  await page.fill('#time', '05:00');
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('#effect.bad');
  await page.click('form[action$="/out"] button');
  await page.waitForURL('**?done=kept*');
  assert.match(await page.locator('#left').innerText(), /taken out by hand/);
  await page.click('form[action$="/undo"] button');
  await page.waitForURL('**?done=undone*');
  await page.click('details:has(form[action$="/remove"]) summary');
  await page.click('form[action$="/remove"] button');
  await page.waitForURL('**/plan?done=removed');
});

browse('a search is watched and can be thrown away; a second one is refused meanwhile', {}, async (w) => {
  w.expects(409);
  const { page } = w;
  await enter(page, 'supervisor', '/plan');
  await choose(page, 2);
  await page.fill('#seconds', '60');
  await begin(page, BEGIN);
  await page.waitForFunction(() => Number(document.querySelector('[data-text=attempts]').textContent) > 0);
  const run = page.url();
  await choose(page, 1);
  await page.click(BEGIN);
  await page.waitForSelector('.notice.bad');
  assert.match(await page.locator('.notice.bad').innerText(), /Another search is running/);
  assert.equal(await page.locator('input[name=case]:checked').count(), 1, 'what was chosen is still here');
  await page.goto(run);
  await page.click('main button.danger');
  await page.waitForSelector('.notice.warn');
  assert.match(await page.locator('.notice.warn').innerText(), /thrown away/);
});

browse('the roster of a person is changed by a form that names its mistakes', {}, async (w) => {
  w.expects(422);
  const { page } = w;
  await enter(page, 'supervisor', '/roster');
  await page.locator('main tbody a[href^="/roster/"]').first().click();
  await page.waitForURL('**/roster/*');
  const base = await page.inputValue('#base');
  await page.fill('#base', 'somewhere');
  await page.fill('#absences', 'soon');
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('.notice.bad');
  assert.equal(await page.locator('.notice.bad li').count(), 2);
  await page.fill('#base', base);
  await page.fill('#absences', '2027-02-01 2027-02-05');
  await page.click('main .form-foot button.primary');
  await page.waitForURL('**/roster?done=saved');
});
