//! Surnames and given names that are put together by lot.

/// Common surnames; some are as frequent in life as here, none points to a person.
pub(crate) const SURNAMES: [&str; 72] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "罗", "高", "郑", "梁", "谢", "宋", "唐", "许", "邓", "韩", "冯", "曹", "彭", "曾", "肖", "田",
    "董", "潘", "袁", "蔡", "蒋", "余", "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚",
    "沈", "钟", "姜", "崔", "谭", "陆", "范", "汪", "廖", "石", "金", "韦", "贾", "夏", "付", "方", "邹",
    "熊", "白", "孟", "秦",
];

/// Given names of women: older ones first, younger ones last.
pub(crate) const WOMEN: [&str; 60] = [
    "桂兰", "秀珍", "玉梅", "凤英", "淑华", "翠莲", "素琴", "惠芬", "月娥", "爱珍", "美玲", "建芳", "丽萍",
    "红霞", "雪梅", "春燕", "小红", "永芳", "志英", "彩云", "晓燕", "海霞", "文静", "丽娟", "冬梅", "艳红",
    "亚萍", "敏", "静", "玲", "洁", "婷婷", "晶晶", "倩", "雪", "佳", "莹", "璐", "思雨", "梦洁", "雅琪",
    "欣怡", "诗涵", "子涵", "雨桐", "若曦", "梓萱", "可欣", "佳宁", "语嫣", "晓彤", "安琪", "书瑶", "一诺",
    "嘉怡", "芷晴", "念慈", "颖", "薇", "瑶",
];

/// Given names of men: older ones first, younger ones last.
pub(crate) const MEN: [&str; 60] = [
    "建国", "德福", "长根", "国强", "永生", "福林", "振华", "宝山", "志明", "金生", "卫东", "建军", "庆华",
    "国平", "跃进", "新民", "学文", "保国", "大勇", "海涛", "伟", "军", "勇", "斌", "志刚", "立新", "晓东",
    "建华", "俊峰", "文杰", "永强", "鹏", "磊", "涛", "超", "浩", "凯", "亮", "宇", "飞", "晨", "子豪",
    "家豪", "浩然", "俊杰", "思远", "宇轩", "一鸣", "博文", "天佑", "嘉诚", "承志", "明哲", "泽宇", "奕辰",
    "启航", "逸凡", "睿", "翔", "昊",
];

/// Given and family names of customers who write in English; put together by lot.
pub(crate) const FOREIGN_GIVEN: [(&str, bool); 24] = [
    ("Martin", false),
    ("Elena", true),
    ("Oliver", false),
    ("Priya", true),
    ("Thomas", false),
    ("Hannah", true),
    ("Kwame", false),
    ("Sofia", true),
    ("Rajesh", false),
    ("Claire", true),
    ("Daniel", false),
    ("Mei-Ling", true),
    ("Ahmed", false),
    ("Julia", true),
    ("Stephen", false),
    ("Nadia", true),
    ("Viktor", false),
    ("Grace", true),
    ("Marco", false),
    ("Ingrid", true),
    ("Samuel", false),
    ("Aisha", true),
    ("Pieter", false),
    ("Laura", true),
];

/// Family names that go with [`FOREIGN_GIVEN`].
pub(crate) const FOREIGN_FAMILY: [&str; 26] = [
    "Hollis",
    "Vasquez",
    "Brandt",
    "Okafor",
    "Lindqvist",
    "Menon",
    "Whitaker",
    "Rossetti",
    "Dubois",
    "Tanaka",
    "Novak",
    "Farrell",
    "Haddad",
    "Svensson",
    "Pereira",
    "Chandra",
    "Becker",
    "Oyelaran",
    "Marsh",
    "Kowalski",
    "Ferrante",
    "Achterberg",
    "Tan",
    "Fairweather",
    "Moreau",
    "Quist",
];

/// Surnames of staff as they are written in English.
pub(crate) const ROMAN_SURNAMES: [&str; 12] = [
    "Wang", "Li", "Zhang", "Chen", "Liu", "Zhao", "Huang", "Zhou", "Xu", "Sun", "Lin", "He",
];
