import { FilterNode, TimerNode } from './atoms.ts'
import { WhileNode, WithinNode } from './guards.ts'
import { AndNode, FollowedNode, NotNode, OrNode } from './logic.ts'
import type { Node, Parent, Surroundings } from './node.ts'
import type { PatternNode } from './plan.ts'
import { EveryDistinctNode, EveryNode, RepeatNode } from './repeats.ts'

/** The node that looks for a part of a pattern. */
export function nodeFor(plan: PatternNode, parent: Parent, at: Surroundings): Node {
  switch (plan.kind) {
    case 'filter':
      return new FilterNode(plan, parent, at)
    case 'every':
      return new EveryNode(plan, parent, at)
    case 'everyDistinct':
      return new EveryDistinctNode(plan, parent, at)
    case 'not':
      return new NotNode(plan, parent, at)
    case 'and':
      return new AndNode(plan, parent, at)
    case 'or':
      return new OrNode(plan, parent, at)
    case 'followed':
      return new FollowedNode(plan, parent, at)
    case 'repeat':
      return new RepeatNode(plan, parent, at)
    case 'interval':
    case 'at':
    case 'schedule':
      return new TimerNode(plan, parent, at)
    case 'within':
      return new WithinNode(plan, parent, at)
    case 'while':
      return new WhileNode(plan, parent, at)
  }
}
