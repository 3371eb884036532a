import { dashboard } from '../../lib/observability';
import { WATCHED } from './cases';

interface PanelJson {
  readonly type: string;
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: object;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly custom: object;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly options: object;
}

/** The dashboard of the system that the suites watch, as the file that is written. */
export const made = JSON.parse(JSON.stringify(dashboard(WATCHED))) as {
  readonly editable: boolean;
  readonly panels: readonly PanelJson[];
  readonly templating: {
    readonly list: readonly {
      readonly type: string;
      readonly name: string;
      readonly refresh: number;
      readonly definition?: string;
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
};
