import { ProgressBar } from 'react-aria-components';
import css from './Progress.module.css';

/** How far something is. `value` from 0 to 1, or `null` when nobody can say. */
export function Progress(props: { label: string; value: number | null; text?: string }) {
  const percent = props.value === null ? undefined : Math.round(Math.min(1, Math.max(0, props.value)) * 100);
  return (
    <ProgressBar
      aria-label={props.label}
      value={percent ?? 0}
      isIndeterminate={percent === undefined}
      valueLabel={props.text}
      className={css.bar}
    >
      <span
        className={`${css.fill} ${percent === undefined ? css.unknown : ''}`}
        style={percent === undefined ? undefined : { inlineSize: `${percent}%` }}
      />
    </ProgressBar>
  );
}
