/** Which mutant is on, and which ones the code has come by: what the instrumented text calls. */
interface Switch {
  on: number;
  met: Set<number> | undefined;
}

function makeSwitch(): Switch {
  const state: Switch = { on: 0, met: undefined };
  const is = (id: number): boolean => {
    state.met?.add(id);
    return id === state.on;
  };
  const calls = {
    __m: is,
    __n: (id: number, value: unknown) => (is(id) ? !value : value),
    __c: (id: number, value: unknown) => (is(id) && typeof value === 'number' ? value * 2 + 1 : value),
    __b: (id: number, operator: string, left: number, right: number) =>
      calculated(is(id) ? (OTHER[operator] ?? operator) : operator, left, right),
  };
  Object.assign(globalThis, calls);
  return state;
}

/** Tests call the product while they are imported, so this is imported first. */
export const state = makeSwitch();

const OTHER: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
};

function calculated(operator: string, left: number, right: number): unknown {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return left + right;
  }
}
