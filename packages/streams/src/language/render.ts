import type { Argument, Expr } from './ast.ts'

/** An expression as text in one normal form: the name of a column that was given none, and what tells equal ones. */
export function render(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'string' ? `"${expr.value}"` : String(expr.value)
    case 'name':
      return expr.name
    case 'member':
      return `${render(expr.of)}.${expr.name}`
    case 'index':
      return `${render(expr.of)}[${expr.by.map(render).join(',')}]`
    case 'call':
      return `${expr.name}(${expr.distinct ? 'distinct ' : ''}${expr.args.map(argument).join(',')})`
    case 'method':
      return `${render(expr.of)}.${expr.name}(${expr.args.map(argument).join(',')})`
    case 'unary':
      return expr.op === '-' ? `-${inner(expr.of)}` : `not ${inner(expr.of)}`
    case 'binary':
      return /[a-z]/.test(expr.op)
        ? `${inner(expr.left)} ${expr.op} ${inner(expr.right)}`
        : `${inner(expr.left, expr.op)}${expr.op}${inner(expr.right, expr.op, true)}`
    default:
      return other(expr)
  }
}

function other(expr: Expr): string {
  switch (expr.kind) {
    case 'between':
      return `${render(expr.of)}${no(expr.negated)} between ${render(expr.low)} and ${render(expr.high)}`
    case 'in':
      return `${render(expr.of)}${no(expr.negated)} in (${expr.list.map(render).join(',')})`
    case 'inRange':
      return `${render(expr.of)}${no(expr.negated)} in ${expr.open[0] ? '(' : '['}${render(expr.low)}:${render(expr.high)}${expr.open[1] ? ')' : ']'}`
    case 'like':
      return `${render(expr.of)}${no(expr.negated)} ${expr.regexp ? 'regexp' : 'like'} ${render(expr.pattern)}`
    case 'isNull':
      return `${render(expr.of)} is${no(expr.negated)} null`
    case 'case':
      return `case${expr.of ? ` ${render(expr.of)}` : ''}${expr.when.map(when => ` when ${render(when.if)} then ${render(when.result)}`).join('')}${expr.else ? ` else ${render(expr.else)}` : ''} end`
    case 'cast':
      return `cast(${render(expr.of)},${expr.type})`
    case 'array':
      return `{${expr.items.map(render).join(',')}}`
    case 'period':
      return expr.parts.map(part => `${render(part.amount)} ${part.unit}s`).join(' ')
    case 'lambda':
      return `${expr.params.join(',')} => ${render(expr.body)}`
    case 'quantified':
      return `${render(expr.of)}${expr.op} ${expr.quantor} (${expr.list?.map(render).join(',') ?? 'subselect'})`
    case 'query':
      return 'subselect'
    default:
      return expr.kind
  }
}

const no = (negated: boolean) => (negated ? ' not' : '')

const strength: Record<string, number> = { '||': 1, '+': 2, '-': 2, '*': 3, '/': 3, '%': 3 }

function inner(expr: Expr, within = '', isRight = false): string {
  if (expr.kind !== 'binary') return render(expr)
  const own = strength[expr.op] ?? 0
  const outer = strength[within] ?? 0
  return own < outer || (own === outer && isRight) ? `(${render(expr)})` : render(expr)
}

function argument(arg: Argument): string {
  const value = arg.star ? (arg.star === true ? '*' : `${arg.star}.*`) : render(arg.value!)
  const ordered = arg.order === 'desc' ? `${value} desc` : value
  return arg.name ? `${arg.name}:${ordered}` : ordered
}
