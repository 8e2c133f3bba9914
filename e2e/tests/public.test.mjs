// The form of the customers, which asks for no account.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { BASE, enter, fill, window } from '../lib/desk.mjs';
import { browse, test } from '../lib/tests.mjs';

const COMPLAINT = {
  line: 'payment',
  title: '转账三天没有到账',
  narrative: '三天前转出的一笔款项至今没有到账，柜台和电话都没有答复。',
  asks: '请查明并尽快到账。',
  amount: '8,800',
  name: '周小禾',
  phone: '19900004321',
};

browse('a complaint is taken in and answered by a receipt', { locale: 'zh-CN', phone: true }, async ({ page, expects }) => {
  expects(422);
  await page.goto('/complain');
  await fill(page, { ...COMPLAINT, phone: '' });
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('.notice.bad');
  assert.match(await page.locator('.notice.bad').innerText(), /电话或邮箱/);
  assert.equal(await page.inputValue('[name=title]'), COMPLAINT.title);
  await fill(page, { phone: COMPLAINT.phone });
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('h1:has-text("受理回执")');
  const number = await page.locator('strong.code').innerText();
  assert.match(number, /^FC-[0-9A-Z-]+$/);
  assert.match(await page.locator('dl.facts').innerText(), /\d+月\d+日 周./, 'the latest day of the answer');
  // Sent once more by a reload, it is the same case.
  await page.reload();
  assert.equal(await page.locator('strong.code').innerText(), number);

  const bank = await window({ locale: 'zh-CN' });
  await enter(bank.page, 'compliance', `/cases/${number}`);
  assert.match(await bank.page.locator('#claims').innerText(), /三天前转出的一笔款项/);
  assert.doesNotMatch(await bank.page.locator('.page-head').innerText(), /周小禾/, 'the name is masked');
  bank.calm();
  await bank.context.close();
});

browse('nobody else sees a receipt: no address leads to it', {}, async ({ page }) => {
  await page.goto('/complain');
  await fill(page, { ...COMPLAINT, name: 'Zhou He' });
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('strong.code');
  assert.ok(page.url().endsWith('/complain'));
  await page.goto(page.url());
  assert.equal(await page.locator('strong.code').count(), 0);
});

test('who is asked to wait, because too many came from one network, loses no word', async () => {
  // From an address of its own, so that no other test has to wait.
  const send = (title) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: BASE, 'accept-language': 'zh-CN' };
      const options = { method: 'POST', localAddress: '127.0.0.77', headers };
      const sent = request(`${BASE}/complain`, options, (answer) => {
        let page = '';
        answer.setEncoding('utf8').on('data', (part) => (page += part)).on('end', () => resolve([answer.statusCode, page]));
      });
      sent.once('error', reject).end(new URLSearchParams({ ...COMPLAINT, title, language: 'zh-CN' }).toString());
    });
  for (let n = 0; n < 30; n += 1) assert.equal((await send('第几次'))[0], 200);
  const [status, page] = await send('最后一次的话');
  assert.equal(status, 429);
  assert.match(page, /value="最后一次的话"/);
  assert.match(page, /还没有提交/);
});
