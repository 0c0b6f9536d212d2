// Words for days and times of day, by language. All of them are understood in every language of the inbox.

/** What a word means. */
export type Part =
  | "today"
  | "tonight"
  | "tomorrow"
  | "after tomorrow"
  | "next week"
  | "next month"
  | "weekend"
  | "morning"
  | "noon"
  | "afternoon"
  | "evening"
  | "midnight";

type Words = { parts: Record<Part, string[]>; fill: string[] };

export const WORDS: Record<string, Words> = {
  en: {
    parts: {
      today: ["today"],
      tonight: ["tonight"],
      tomorrow: ["tomorrow", "tmrw", "tmr", "tom"],
      "after tomorrow": ["day after tomorrow", "overmorrow"],
      "next week": ["next week"],
      "next month": ["next month"],
      weekend: ["weekend", "this weekend", "the weekend"],
      morning: ["morning"],
      noon: ["noon", "midday"],
      afternoon: ["afternoon"],
      evening: ["evening"],
      midnight: ["midnight"],
    },
    fill: ["at", "on", "in", "next", "until", "till", "the", "of", "this", "and", "@"],
  },
  de: {
    parts: {
      today: ["heute"],
      tonight: ["heute nacht"],
      tomorrow: ["morgen"],
      "after tomorrow": ["übermorgen"],
      "next week": ["nächste woche"],
      "next month": ["nächsten monat", "nächster monat"],
      weekend: ["wochenende", "am wochenende"],
      morning: ["früh", "vormittag", "morgens"],
      noon: ["mittag", "mittags"],
      afternoon: ["nachmittag", "nachmittags"],
      evening: ["abend", "abends"],
      midnight: ["mitternacht"],
    },
    fill: ["um", "am", "bis", "den", "der", "nächsten", "und"],
  },
  es: {
    parts: {
      today: ["hoy"],
      tonight: ["esta noche"],
      tomorrow: ["mañana"],
      "after tomorrow": ["pasado mañana"],
      "next week": ["próxima semana", "semana que viene"],
      "next month": ["próximo mes", "mes que viene"],
      weekend: ["fin de semana"],
      morning: ["por la mañana", "de la mañana"],
      noon: ["mediodía"],
      afternoon: ["tarde", "por la tarde"],
      evening: ["noche", "por la noche"],
      midnight: ["medianoche"],
    },
    fill: ["a", "las", "la", "el", "en", "dentro", "de", "hasta", "y"],
  },
  fr: {
    parts: {
      today: ["aujourd'hui", "aujourd’hui"],
      tonight: ["cette nuit"],
      tomorrow: ["demain"],
      "after tomorrow": ["après-demain", "après demain"],
      "next week": ["semaine prochaine", "la semaine prochaine"],
      "next month": ["mois prochain", "le mois prochain"],
      weekend: ["week-end", "ce week-end"],
      morning: ["matin"],
      noon: ["midi"],
      afternoon: ["après-midi"],
      evening: ["soir", "ce soir"],
      midnight: ["minuit"],
    },
    fill: ["à", "le", "dans", "au", "jusqu'à", "prochain", "et"],
  },
  pt: {
    parts: {
      today: ["hoje"],
      tonight: ["hoje à noite"],
      tomorrow: ["amanhã"],
      "after tomorrow": ["depois de amanhã"],
      "next week": ["próxima semana", "semana que vem"],
      "next month": ["próximo mês", "mês que vem"],
      weekend: ["fim de semana"],
      morning: ["manhã", "de manhã"],
      noon: ["meio-dia"],
      afternoon: ["de tarde", "à tarde"],
      evening: ["à noite"],
      midnight: ["meia-noite"],
    },
    fill: ["às", "em", "até", "no", "na", "dia", "e"],
  },
};
