// The list of cases: search, filters, views, export, work on many.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { casesOf, enter } from '../lib/desk.mjs';
import { act, register } from '../lib/cases.mjs';
import { browse } from '../lib/tests.mjs';

browse('two characters of Chinese find what was written, and others do not', { locale: 'zh-CN' }, async ({ page }) => {
  await enter(page, 'handler', '/cases/new');
  const id = await register(page, { title: '手续费重复扣取', narrative: '鹦鹉螺储蓄卡的手续费被扣了两次。' });
  await page.fill('header input[type=search]', '鹦鹉');
  await page.press('header input[type=search]', 'Enter');
  await page.waitForURL('**/cases?q=*');
  assert.deepEqual(await casesOf(page), [id]);
  // Written in the other script, and with the two characters the other way round.
  assert.deepEqual(await casesOf(page, `/cases?q=${encodeURIComponent('鸚鵡')}`), [id]);
  assert.deepEqual(await casesOf(page, `/cases?q=${encodeURIComponent('鹉鹦')}`), []);
  assert.deepEqual(await casesOf(page, `/cases?q=${encodeURIComponent('鹦')}`), []);
  assert.match(await page.locator('.empty').innerText(), /两个字以上/);
});

browse('an English word finds the case, whatever its case', {}, async ({ page }) => {
  await enter(page, 'handler', '/cases/new');
  const id = await register(page, { narrative: 'The nautilus card was charged for a wombat subscription I never made.' });
  for (const q of ['wombat', 'WOMBAT nautilus']) {
    assert.deepEqual(await casesOf(page, `/cases?q=${encodeURIComponent(q)}`), [id], q);
  }
  assert.deepEqual(await casesOf(page, '/cases?q=wombat%20giraffe'), []);
  // The number itself opens the case.
  await page.fill('header input[type=search]', id);
  await page.press('header input[type=search]', 'Enter');
  await page.waitForURL(`**/cases/${id}`);
});

browse('filters narrow the list, stand in the address, and go away again', {}, async ({ page }) => {
  await enter(page, 'compliance', '/cases');
  const all = await casesOf(page);
  await page.selectOption('#state', 'closed');
  await page.click('details.filters button');
  await page.waitForURL(/state=closed/);
  const states = await page.locator('table[data-rows] tbody .badge').allInnerTexts();
  assert.ok(states.length > 0 && states.every((s) => s === 'closed'), states.join());
  await page.goto('/cases?state=closed&line=loan');
  const both = await casesOf(page);
  const products = await page.locator('table[data-rows] td.sum').allInnerTexts();
  assert.ok(both.length > 0 && both.length < states.length, 'the second condition narrows further');
  assert.ok(products.every((p) => p.startsWith('loans')), products.join());
  assert.equal(await page.locator('details.filters summary .count').innerText(), '2');
  assert.deepEqual(await casesOf(page, '/cases?state=closed&open=yes'), []);
  await page.click('.empty a.btn');
  await page.waitForURL('**/cases');
  assert.equal((await casesOf(page)).length, all.length);
});

browse('the order by due date says which cases it leaves out, and leads to all of them', {}, async ({ page }) => {
  // One branch: its open cases stand on one page.
  await enter(page, 'compliance', '/cases?open=yes&sort=due&branch=LC01');
  const timed = await casesOf(page);
  await page.click('p.note a');
  await page.waitForURL((url) => url.searchParams.get('sort') === 'updated');
  const all = await casesOf(page);
  assert.ok(all.length > timed.length, `${all.length} open, ${timed.length} of them with a clock`);
  assert.deepEqual(timed.filter((id) => !all.includes(id)), []);
  assert.equal(await page.locator('p.note a').count(), 0);
});

browse('paging shows every case once', {}, async ({ page }) => {
  await enter(page, 'auditor', '/cases?open=no');
  const seen = await casesOf(page);
  assert.equal(seen.length, 50);
  for (let next = page.locator('.pager a[rel=next]'); await next.count(); ) {
    await Promise.all([page.waitForURL(/after=/), next.click()]);
    seen.push(...(await casesOf(page)));
    next = page.locator('.pager a[rel=next]');
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length > 50);
});

browse('a view is saved under a name, opened again and removed', {}, async ({ page }) => {
  await enter(page, 'legal_counsel', '/cases?line=wealth&sort=due');
  await page.locator('details.menu summary', { hasText: 'Save as view' }).click();
  await page.fill('#view-name', 'Wealth by date');
  await page.click('form[action="/cases/views"] button.btn.small:has-text("Save")');
  await page.waitForURL(/done=view/);
  await page.goto('/');
  await page.goto('/cases');
  const tab = page.locator('nav.tabs a', { hasText: 'Wealth by date' });
  await tab.click();
  await page.waitForURL(/line=wealth&sort=due/);
  assert.equal(await tab.getAttribute('aria-current'), 'page');
  await page.click('form:has(input[name=remove]) button');
  await page.waitForURL(/open=yes/);
  assert.equal(await tab.count(), 0);
});

browse('an export as CSV and XLSX holds the list with masked names', {}, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=no');
  const take = async (format) => {
    const menu = page.locator('details.menu:has(form[action="/cases/export"])');
    if (!(await menu.getAttribute('open'))) await menu.locator('summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`button[value=${format}]`)]);
    assert.match(download.suggestedFilename(), new RegExp(`^forecourt-cases-.*\\.${format}$`));
    return readFileSync(await download.path());
  };
  const lines = (await take('csv')).toString('utf8').trimEnd().split(/\r?\n/);
  assert.equal(lines[0], '\u{feff}Case,Customer,State,Line,Product,Branch,Handler,Received,Due,Updated,Amount');
  const ids = await casesOf(page);
  assert.ok(lines.length > ids.length, 'every case of the list, not of the page');
  assert.equal(lines[1].split(',')[0], ids[0]);
  assert.ok(lines.slice(1).every((l) => l.split(',')[1].includes('*')), 'names stay masked');
  await page.goto('/cases?open=no');
  const book = await take('xlsx');
  assert.equal(book.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
});

browse('many cases are given to somebody at once', {}, async ({ page }) => {
  await enter(page, 'supervisor', '/cases/new');
  const ids = [await register(page), await register(page, { name: 'Zhao Yi' })];
  await page.goto('/cases?state=received');
  const to = await page.locator('#to option').nth(1).evaluate((o) => [o.value, o.textContent]);
  for (const id of ids) await page.check(`input[name=case][value="${id}"]`);
  assert.match(await page.locator('[data-picked]').innerText(), /^2 /);
  await page.selectOption('#to', to[0]);
  await page.click('.bar.bulk button');
  await page.waitForURL(/done=2/);
  for (const id of ids) {
    assert.equal((await page.locator('tr', { hasText: id }).locator('td').last().innerText()).trim(), to[1]);
  }
  // All boxes of the page by the one in the head.
  const rows = (await casesOf(page)).length;
  await page.check('[data-pick-all]');
  assert.match(await page.locator('[data-picked]').innerText(), new RegExp(`^${rows} `));
});

browse('a similar case is pointed out and set aside by a person', {}, async ({ page }) => {
  await enter(page, 'handler', '/cases/new');
  const text = 'On the fourth of the month the ferryman of the bank told me at the counter that the loan was paid off, yet interest ran on for three more weeks.';
  const first = await register(page, { narrative: text, name: 'Gu Ping', phone: '19900007777' });
  const second = await register(page, { narrative: `${text} I ask for it back.`, name: 'Gu Ping', phone: '19900007777' });
  await page.goto(`/cases/${second}`);
  assert.match(await page.locator('#links').innerText(), new RegExp(first));
  await act(page, second, 'link_case', { other: first, kind: 'repeated' });
  assert.match(await page.locator('#links').innerText(), /repeated/);
});
