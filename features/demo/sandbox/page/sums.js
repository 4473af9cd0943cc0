// The bot's books as sums that come out: each row stands in one term. What was cancelled left the count as it was cancelled
// (storage/ops/statistics.py), so it is no term; it is told behind the sum.

const IN = [
  ["done", "обработано"],
  ["ignored", "пропущено"],
  ["dead", "не разобрано"],
  ["waiting", "ждёт"],
  ["forgotten", "забыто"],
];
const OUT = [
  ["sent", "отправлено"],
  ["waiting", "ждёт"],
  ["parked", "отложено"],
  ["unknown", "неизвестно"],
  ["forgotten", "забыто"],
];

export function inward(numbers) {
  return `получено ${numbers.received} = ${sum(numbers, IN)}`;
}

export function outward(numbers) {
  const beside = numbers.cancelled ? `; ещё отменено ${numbers.cancelled}` : "";
  return `создано ${numbers.produced} = ${sum(numbers, OUT)}${beside}`;
}

/** The first term always, the others when there is something in them. */
function sum(numbers, names) {
  return names
    .filter(([name], at) => at === 0 || numbers[name])
    .map(([name, word]) => `${word} ${numbers[name]}`)
    .join(" + ");
}
