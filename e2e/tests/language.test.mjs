// Three languages: as the browser asks, as the person chooses.
import assert from 'node:assert/strict';
import { enter } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

const NAMES = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };
const WORDS = { 'zh-CN': '登录', 'zh-TW': '登入', en: 'Sign in' };
const TODAY = { 'zh-CN': ['今日', '搜索'], 'zh-TW': ['今日', '搜尋'], en: ['Today', 'Search'] };

for (const [locale, lang] of Object.entries({
  'zh-CN': 'zh-CN', 'zh-SG': 'zh-CN', 'zh-TW': 'zh-TW', 'zh-HK': 'zh-TW', 'en-GB': 'en', 'de-DE': 'zh-CN',
})) {
  browse(`a browser set to ${locale} gets ${lang}`, { locale }, async ({ page }) => {
    await page.goto('/sign-in');
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    assert.equal(await page.locator('h1').innerText(), WORDS[lang]);
  });
}

browse('the switch changes the language, stays on the page, and is remembered', { locale: 'zh-CN' }, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=yes&sort=due');
  for (const lang of ['en', 'zh-TW', 'zh-CN']) {
    await page.click('header summary.who');
    await page.click(`header form[action="/language"] button[lang="${lang}"]`);
    await page.waitForFunction((l) => document.documentElement.lang === l, lang);
    assert.equal(new URL(page.url()).search, '?open=yes&sort=due');
    await page.goto('/');
    assert.equal(await page.getAttribute('html', 'lang'), lang, 'remembered on the next page');
    const [today, search] = TODAY[lang];
    assert.equal(await page.locator('h1').innerText(), today);
    assert.equal(await page.getAttribute('header input[type=search]', 'aria-label'), search);
    await page.goto('/cases?open=yes&sort=due');
  }
});

browse('the two public pages can be switched before anybody signs in', { locale: 'en-US' }, async ({ page }) => {
  for (const address of ['/sign-in', '/complain']) {
    for (const lang of ['zh-TW', 'en']) {
      await page.goto(address);
      if ((await page.getAttribute('html', 'lang')) !== lang) {
        await page.click(`footer button:has-text("${NAMES[lang]}")`);
        await page.waitForFunction((l) => document.documentElement.lang === l, lang);
      }
      assert.ok(page.url().endsWith(address));
    }
  }
});

browse('the form of an action keeps its page when the language changes', { locale: 'en-US' }, async ({ page }) => {
  await enter(page, 'supervisor', '/cases?open=yes&sort=due');
  const id = await page.locator('a.to').first().innerText();
  await page.goto(`/cases/${id}/do/record_contact`);
  await page.click('header summary.who');
  await page.click('header form[action="/language"] button[lang="zh-TW"]');
  await page.waitForFunction(() => document.documentElement.lang === 'zh-TW');
  assert.ok(page.url().endsWith(`/cases/${id}/do/record_contact`));
  // No word of another script slipped in: these characters are written otherwise in traditional Chinese.
  const words = await page.locator('main form').innerText();
  assert.doesNotMatch(words, /[联记选时电话录择]/);
});
