// A mock report: more by day than by night, less at weekends, and two teams.
import type { ConversationReport, ReportDurations, ReportFigures, ReportLine } from "../shared/types";
import { random, start } from "./data";

const DAY_SECONDS = 86_400;

const durations = (count: number, middle: number): ReportDurations =>
  count === 0
    ? { count, median: null, p90: null }
    : { count, median: Math.round(middle * (0.7 + random() * 0.6)), p90: Math.round(middle * (2.5 + random() * 2)) };

function figures(began: number): ReportFigures {
  const closed = Math.round(began * (0.7 + random() * 0.3));
  return { began, first_response: durations(Math.round(began * 0.9), 2_400), close: durations(closed, 40_000) };
}

const line = (id: string | null, name: string | null, began: number): ReportLine => ({
  id,
  name,
  figures: figures(began),
  open: Math.round(began / 6),
  snoozed: Math.round(began / 30),
});

export function answerReport(url: URL): ConversationReport {
  const day = (name: string) => new Date(`${url.searchParams.get(name)}T00:00`).getTime() / 1000;
  const [from, until] = [day("from"), day("until") + DAY_SECONDS];
  const days = Math.round((until - from) / DAY_SECONDS);
  const step = days <= 2 ? "hour" : days <= 93 ? "day" : days <= 735 ? "week" : "month";
  const apart = { hour: 3_600, day: DAY_SECONDS, week: 7 * DAY_SECONDS, month: 30 * DAY_SECONDS }[step];
  const weekend = (at: number) => [0, 6].includes(new Date(at * 1000).getDay());
  let backlog = 60;
  const points = Array.from({ length: Math.ceil((until - from) / apart) }, (_, number) => {
    const at = from + number * apart;
    const busy = step === "day" && weekend(at) ? 12 : 48;
    const of = figures(Math.round(((busy * apart) / DAY_SECONDS) * (0.6 + random() * 0.8)));
    backlog = Math.max(8, backlog + of.began - of.close.count - Math.round(of.began * 0.14));
    return { at, figures: of, backlog: at * 1000 > Date.now() ? null : backlog };
  });
  const began = points.reduce((sum, point) => sum + point.figures.began, 0);
  const hour = (weekday: number, at: number) =>
    Math.round(Math.max(0, 9 - Math.abs(13 - at) * 1.4) * (weekday > 4 ? 0.2 : 1) * (0.5 + random()) * (began / 400));
  return {
    from,
    until,
    step,
    points,
    all: line(null, null, began),
    teams: [
      ...start.teams.map((team, number) => line(team.id, team.name, Math.round(began / (number + 2)))),
      line(null, null, Math.round(began / 9)),
    ],
    teammates: [
      ...start.teammates.map((one, number) => line(one.id, one.name, Math.round(began / (number + 3)))),
      line("99", null, 3),
      line(null, null, Math.round(began / 12)),
    ],
    hours: Array.from({ length: 7 }, (_, weekday) => Array.from({ length: 24 }, (_, at) => hour(weekday, at))),
    is_counting: false,
  };
}
