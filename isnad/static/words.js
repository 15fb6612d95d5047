/** Every word that the scripts show, in one table, and the Arabic forms of numbers, counts and times. */

const numbers = new Intl.NumberFormat("ar", { numberingSystem: "arab" });
const percents = new Intl.NumberFormat("ar", { numberingSystem: "arab", style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("ar", { numberingSystem: "arab", timeStyle: "medium" });
const plurals = new Intl.PluralRules("ar");

/** A number in Arabic digits. */
export const number = (value) => numbers.format(value);

/** A counted noun in the form that its number asks for; {n} stands for the number. */
const counted = (value, forms) => (forms[plurals.select(value)] ?? forms.other).replace("{n}", number(value));

export const WORDS = {
  kinds: {
    PER: { one: "شخص", many: "أشخاص" },
    ROLE: { one: "منصب", many: "مناصب" },
    ORG: { one: "جهة", many: "جهات" },
    LOC: { one: "مكان", many: "أماكن" },
    CUE: { one: "فعل قول", many: "أفعال القول" },
    direct: { one: "اقتباس مباشر", many: "اقتباسات مباشرة" },
    indirect: { one: "اقتباس غير مباشر", many: "اقتباسات غير مباشرة" },
  },
  attributions: {
    explicit: "القائل مذكور مع الاقتباس",
    continued: "تتمة لكلام القائل نفسه",
    heading: "عنوان فرعي من كلام القائل",
    none: "لا قائل محدداً في النص",
  },
  characters: (n) => counted(n, { zero: "لا أحرف", one: "حرف واحد", two: "حرفان", few: "{n} أحرف", many: "{n} حرفاً", other: "{n} حرف" }),
  quotes: (n) =>
    counted(n, { zero: "لا اقتباسات", one: "اقتباس واحد", two: "اقتباسان", few: "{n} اقتباسات", many: "{n} اقتباساً", other: "{n} اقتباس" }),
  speakers: (n) =>
    counted(n, { zero: "بلا قائل", one: "لقائل واحد", two: "لقائلَين", few: "لـ{n} قائلين", many: "لـ{n} قائلاً", other: "لـ{n} قائل" }),
  seconds: (n) => counted(n, { one: "ثانية", two: "ثانيتين", few: "{n} ثوانٍ", many: "{n} ثانية", other: "{n} ثانية" }),
  found: (quotes, speakers) => `${WORDS.quotes(quotes)} ${quotes ? WORDS.speakers(speakers) : "في هذا النص"}.`,
  score: (value) => `الثقة ${percents.format(value)}`,
  speaker: (name) => `القائل: ${name}`,
  cue: (text) => `فعل القول: ${text}`,
  place: (name) => `المكان: ${name}`,
  noSpeaker: "بلا قائل محدد",
  others: "ذُكروا من غير كلام",
  places: "أماكن",
  nobody: "لم يُعثر على أشخاص أو جهات في هذا النص.",
  jump: "إلى موضعه في النص",
  filtered: (names) => `يظهر الآن ما يخص: ${names.join("، ")}.`,
  working: "جارٍ الاستخراج…",
  copied: "نُسخت الوثيقة.",
  notCopied: "منع المتصفح النسخ. نزّل الوثيقة بدلاً من ذلك.",
  fileName: "isnad.json",
  errors: {
    empty: () => "الصق نص الخبر أولاً.",
    network: () => "تعذّر الوصول إلى الخدمة. تحقّق من الاتصال ومن أنها تعمل، ثم أعد المحاولة.",
    key: () => "تطلب الخدمة مفتاحاً. أدخله ثم أعد الاستخراج.",
    wrongKey: () => "لم تقبل الخدمة هذا المفتاح. صحّحه ثم أعد الاستخراج.",
    tooLarge: () => "النص أطول مما تقبله الخدمة. قسّمه واستخرج كل قسم وحده.",
    refused: () => "رفضت الخدمة الطلب:",
    late: () => "استغرق الاستخراج أكثر من المهلة. قسّم النص، أو أعد المحاولة لاحقاً.",
    busy: ({ seconds }) =>
      seconds === null
        ? "الخدمة مشغولة الآن. أعد المحاولة بعد قليل."
        : `الخدمة مشغولة الآن. أعد المحاولة بعد ${WORDS.seconds(seconds)}، أي عند الساعة ${clock.format(Date.now() + seconds * 1000)}.`,
    unexpected: ({ status }) => `أجابت الخدمة بخطأ غير متوقع (${number(status)}). أعد المحاولة، فإن تكرر فأبلغ من يشغّلها.`,
    unreadable: () => "أجابت الخدمة بما لا تفهمه هذه الصفحة. قد تكون الصفحة أقدم من الخدمة، فأعد تحميلها.",
  },
  example: [
    "أعلن وزير الطاقة الأردني سالم العزايزة، الأربعاء في عمّان، أن المملكة ستبدأ مطلع العام المقبل تشغيل محطة جديدة لتحلية المياه في العقبة، مشيراً إلى أن المشروع \"تأخر أكثر مما ينبغي\".",
    "وقال العزايزة في مؤتمر صحفي مشترك مع نظيرته المصرية هدى الشناوي: \"وقّعنا اليوم على تبادل الخبراء، ولن يتحمل المواطن أي كلفة إضافية\". وأضاف أن الحكومة طلبت تمويلاً من البنك الأوروبي للاستثمار.",
    "من جانبها، وصفت الشناوي الاتفاق بأنه \"خطوة أولى نحو سوق عربية للكهرباء\"، نافية أن تكون القاهرة قد وضعت شروطاً مقابل المساعدة.",
    "في المقابل، انتقدت النائبة المعارضة رانيا الدبعي غياب الأرقام، وقالت لوكالة أنباء محلية إن \"الخطة كان يجب أن تُعرض على البرلمان قبل عامين\". وتابعت: \"نريد جدولاً زمنياً لا وعوداً جديدة\".",
    "وبحسب مصدر في وزارة المالية، فإن كلفة المحطة لم تُحدد بعد. وأوضح بيان لنقابة المهندسين أن الدراسات الفنية أُنجزت في حزيران الماضي.",
  ].join("\n"),
};
