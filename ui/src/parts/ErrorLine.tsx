import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT, type Values } from '../text';
import { useTold } from '../text/failures';
import css from './ErrorLine.module.css';

export interface Trouble {
  code: string;
  params: Record<string, string>;
  detail: string;
}

/** What happened, to what, what to do. Details for the administrator are folded below. `children`: ways out. */
export function ErrorLine(props: {
  trouble: Trouble;
  quiet?: boolean;
  params?: Values;
  children?: ReactNode;
}) {
  const t = useT();
  const told = useTold()(props.trouble.code, { ...props.trouble.params, ...props.params });
  return (
    <div className={`${css.line} ${props.quiet ? css.quiet : ''}`} role={props.quiet ? undefined : 'alert'}>
      <TriangleAlert size={17} aria-hidden className={css.sign} />
      <div className={css.words}>
        <p>
          <strong>{told.what}</strong> {told.next}
        </p>
        {props.children && <div className={css.ways}>{props.children}</div>}
        {props.trouble.detail && (
          <details className={css.details}>
            <summary>{t('common.details')}</summary>
            <code dir="ltr">
              {props.trouble.code}: {props.trouble.detail}
            </code>
          </details>
        )}
      </div>
    </div>
  );
}
