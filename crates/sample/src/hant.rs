//! Simplified to traditional characters, as far as the sample's own sentences need it.
//!
//! Not a converter for any text: characters with several traditional forms take the form that is
//! right in these sentences, and [`PHRASES`] holds the exceptions and the words that customers from
//! outside the mainland use.

/// Simplified characters in the order of their code points; [`TRADITIONAL`] holds their counterparts.
const SIMPLIFIED: &str = "\
    万与专业丛东丝丢两严丧个丰临为丽举么义乐习乡书买乱争于亏云亚产亲亿仅从仓仪们价众优伙会伞伟传伤伪体余债倾\
    偿儿克兑党兰关兴养内册写军农冯冲决况冻净准凉减凑几凤凭凯划刘则刚创删别剧劝办务动励劳势区医华协单卖占卢卫\
    却厂厅历厉压县参双发变叶号叹后吓吕吗吨听启吴员咨响嘱团园围国图圆场坏块坚垫墙声处备复够头夹夺奋奖妇妈孙学\
    宁宝实审宪宽宾对寻导寿将尔尘尝尴尽层屉届属屿岁布师带帧帮干并广庆库应开异弃张弥弯弹强归当录彻征径怀态总恳\
    恶悬惊惨惩惯愿戏户扑托执扩扫扰抢护报担拥拦拨择挂损换据摆攒敌数断无旧时显晒晓暂术机杀杂权条来杨杰极构枪柜\
    标栏树样档桥梦检楼欢欧残毕气汇汉汤沟没泄注泽洁浅测涂涛涨温溃滞满澜灭灯灵灾点烛烟烦烧热爱爷状犹独环现琐瑶\
    电画疗疯盐监盖盗盘着码确碍礼离种积称税稳穷笔签简类紧纠红约级纪纳纷纸纺线练组细终绍经绑结给络绝统继绩绪续\
    绳维综缓编缘缩缴网罗罚罢职联聪胜脏脑脚脸腾艳节苏苹范荐荣药莲获莹营萧蒋蒙虑虽蚁蚂蚕补衬装见观规视览觉触誉\
    计订认讨让议讯记讲许论讼设访证评识诈诉诊词译试诗诚话询该详语误诱说请诸诺读课诿谁调谈谢谭负贡财责败账货质\
    贩贫购贴贵贷贸费贾赁资赎赏赔赖赚赛赞赠赢赵赶跃践踪车轩转轮软轻载较辆辈辑输辞边达过运还这进远违连迟迹适选\
    递逻遗邓邮邹邻郑酱释里鉴针钉钞钟钢钮钱钻铃银销锋错键镇镜长门闪闭问间闹闻阅队阳阴阵阶际陆陈险随隐难静韦韩\
    页顶项顺须顾预领频颖题额风飞饭馆馈马驻骂骄验骑骗骚鲜鸟鸣鹏黄齐龄龙";

/// The traditional form of each character of [`SIMPLIFIED`], position by position.
const TRADITIONAL: &str = "\
    萬與專業叢東絲丟兩嚴喪個豐臨為麗舉麼義樂習鄉書買亂爭於虧雲亞產親億僅從倉儀們價眾優夥會傘偉傳傷偽體餘債傾\
    償兒剋兌黨蘭關興養內冊寫軍農馮衝決況凍淨準涼減湊幾鳳憑凱劃劉則剛創刪別劇勸辦務動勵勞勢區醫華協單賣佔盧衛\
    卻廠廳歷厲壓縣參雙發變葉號嘆後嚇呂嗎噸聽啟吳員諮響囑團園圍國圖圓場壞塊堅墊牆聲處備復夠頭夾奪奮獎婦媽孫學\
    寧寶實審憲寬賓對尋導壽將爾塵嘗尷盡層屜屆屬嶼歲佈師帶幀幫幹並廣慶庫應開異棄張彌彎彈強歸當錄徹徵徑懷態總懇\
    惡懸驚慘懲慣願戲戶撲託執擴掃擾搶護報擔擁攔撥擇掛損換據擺攢敵數斷無舊時顯曬曉暫術機殺雜權條來楊傑極構槍櫃\
    標欄樹樣檔橋夢檢樓歡歐殘畢氣匯漢湯溝沒洩註澤潔淺測塗濤漲溫潰滯滿瀾滅燈靈災點燭煙煩燒熱愛爺狀猶獨環現瑣瑤\
    電畫療瘋鹽監蓋盜盤著碼確礙禮離種積稱稅穩窮筆簽簡類緊糾紅約級紀納紛紙紡線練組細終紹經綁結給絡絕統繼績緒續\
    繩維綜緩編緣縮繳網羅罰罷職聯聰勝髒腦腳臉騰豔節蘇蘋範薦榮藥蓮獲瑩營蕭蔣矇慮雖蟻螞蠶補襯裝見觀規視覽覺觸譽\
    計訂認討讓議訊記講許論訟設訪證評識詐訴診詞譯試詩誠話詢該詳語誤誘說請諸諾讀課諉誰調談謝譚負貢財責敗帳貨質\
    販貧購貼貴貸貿費賈賃資贖賞賠賴賺賽贊贈贏趙趕躍踐蹤車軒轉輪軟輕載較輛輩輯輸辭邊達過運還這進遠違連遲跡適選\
    遞邏遺鄧郵鄒鄰鄭醬釋裡鑑針釘鈔鐘鋼鈕錢鑽鈴銀銷鋒錯鍵鎮鏡長門閃閉問間鬧聞閱隊陽陰陣階際陸陳險隨隱難靜韋韓\
    頁頂項順須顧預領頻穎題額風飛飯館饋馬駐罵驕驗騎騙騷鮮鳥鳴鵬黃齊齡龍";

/// Words that do not follow character by character.
const PHRASES: [(&str, &str); 56] = [
    ("联系", "聯繫"),
    ("关系", "關係"),
    ("柜台", "櫃檯"),
    ("存折", "存摺"),
    ("批准", "批准"),
    ("答复", "答覆"),
    ("回复", "回覆"),
    ("批复", "批覆"),
    ("反复", "反覆"),
    ("复印", "複印"),
    ("重复", "重複"),
    ("复核", "複核"),
    ("复查", "複查"),
    ("复杂", "複雜"),
    ("复算", "複算"),
    ("合并", "合併"),
    ("标签", "標籤"),
    ("日志", "日誌"),
    ("划算", "划算"),
    ("尽快", "儘快"),
    ("尽管", "儘管"),
    ("尽早", "儘早"),
    ("注意", "注意"),
    ("备注", "備註"),
    ("一只", "一隻"),
    ("周末", "週末"),
    ("本周", "本週"),
    ("上周", "上週"),
    ("下周", "下週"),
    ("三周", "三週"),
    ("一周", "一週"),
    ("头发", "頭髮"),
    ("短信", "簡訊"),
    ("信息", "資訊"),
    ("登录", "登入"),
    ("默认", "預設"),
    ("软件", "軟體"),
    ("打印", "列印"),
    ("质量", "品質"),
    ("屏幕", "螢幕"),
    ("网络", "網路"),
    ("人脸识别", "人臉辨識"),
    ("缓存", "快取"),
    ("短视频", "短影音"),
    ("于经理", "于經理"),
    ("余经理", "余經理"),
    ("范经理", "范經理"),
    ("姜经理", "姜經理"),
    ("沈经理", "沈經理"),
    ("钟经理", "鍾經理"),
    ("至于", "至於"),
    ("干吗", "幹嘛"),
    ("若干", "若干"),
    ("公里", "公里"),
    ("理财经理", "理專"),
    ("周转", "週轉"),
];

/// Surnames that keep or change their form otherwise than the same character in a word.
const SURNAMES: [(char, char); 6] = [
    ('于', '于'),
    ('余', '余'),
    ('范', '范'),
    ('姜', '姜'),
    ('沈', '沈'),
    ('钟', '鍾'),
];

/// Converts texts; made once, used for many.
pub(crate) struct Converter {
    pairs: Vec<(char, char)>,
}

impl Converter {
    /// Reads the table.
    pub(crate) fn new() -> Self {
        Converter {
            pairs: SIMPLIFIED.chars().zip(TRADITIONAL.chars()).collect(),
        }
    }

    /// Returns `text` in traditional characters.
    pub(crate) fn convert(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some((from, to)) = PHRASES.iter().find(|(from, _)| rest.starts_with(from)) {
                out.push_str(to);
                rest = &rest[from.len()..];
            } else {
                out.push(self.one(c));
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    }

    /// Returns a person's name in traditional characters.
    pub(crate) fn name(&self, name: &str) -> String {
        let mut chars = name.chars();
        let Some(first) = chars.next() else {
            return String::new();
        };
        let surname = SURNAMES
            .iter()
            .find(|(from, _)| *from == first)
            .map_or_else(|| self.one(first), |s| s.1);
        std::iter::once(surname)
            .chain(chars.map(|c| self.one(c)))
            .collect()
    }

    fn one(&self, c: char) -> char {
        self.pairs
            .binary_search_by_key(&c, |p| p.0)
            .map_or(c, |i| self.pairs[i].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_even() {
        let simplified: Vec<char> = SIMPLIFIED.chars().collect();
        assert_eq!(simplified.len(), TRADITIONAL.chars().count());
        assert!(
            simplified.windows(2).all(|w| w[0] < w[1]),
            "the search needs the code points in order"
        );
    }

    #[test]
    fn words_take_the_right_form() {
        let c = Converter::new();
        for (simplified, traditional) in [
            ("柜台答复说反复核对过账户余额", "櫃檯答覆說反覆核對過帳戶餘額"),
            ("我没收到短信，联系不上余经理", "我沒收到簡訊，聯繫不上余經理"),
            ("合同里写着，签字以后才发现", "合同裡寫著，簽字以後才發現"),
            ("请尽快批准，别再拖了", "請儘快批准，別再拖了"),
            ("台阶太高，存折也丢了", "台階太高，存摺也丟了"),
        ] {
            assert_eq!(c.convert(simplified), traditional);
        }
        assert_eq!(c.name("钟志刚"), "鍾志剛");
        assert_eq!(c.name("于丽萍"), "于麗萍");
    }
}
