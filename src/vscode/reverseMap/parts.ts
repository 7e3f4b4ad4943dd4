/** What the Reverse Map view draws from. */
import type { FunctionCatalogue } from '../functionCatalogue';
import type { TreeTexts } from '../interpreted/treeText';
import type { Log } from '../log';
import type { NavigationService } from '../navigation/service';
import type { RunControl } from '../runControl';
import type { SourceService } from '../sourceService';

export interface ReverseMapParts {
  readonly sources: SourceService;
  readonly navigation: NavigationService;
  readonly catalogue: FunctionCatalogue;
  readonly control: RunControl;
  /** The text that the interpreter runs. */
  readonly texts: TreeTexts;
  readonly log: Log;
}
