import type { Block } from '../support/page';
import type { Ran } from '../support/workbench';
import type { Operator } from './operator';

export interface Expectation {
  /** Brings about what the page says that one begins with. */
  readonly given?: (operator: Operator) => Promise<void>;
  /** Where a block is not typed into a shell: what is done with it instead. */
  readonly run?: (operator: Operator, block: Block) => Promise<Ran>;
  /** What holds once it ran. */
  readonly holds: (operator: Operator, ran: Ran, block: Block) => Promise<void>;
}

/** By the name of the block, or by its beginning. */
export type Expectations = Readonly<Record<string, Expectation>>;
