import { CopyCheck, RotateCcw } from 'lucide-react';
import type { Publication, PublicationCopy } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Others.module.css';

/** What it has to do with others: a newer edition counts instead, further files of it, questions that are open. */
export function Others(props: { publication: Publication; copies: PublicationCopy[]; onAlike: () => void }) {
  const t = useT();
  const formats = useFormats();
  const { publication, copies } = props;
  const reinstate = useAct('publications.reinstate');
  const alone = publication.superseded_by === null && publication.open_likenesses === 0;
  if (alone && copies.length === 0) return null;
  return (
    <div className={css.others}>
      {publication.superseded_by !== null && (
        <p>
          {t('alike.superseded')}{' '}
          <Button
            kind="quiet"
            small
            icon={RotateCcw}
            isDisabled={reinstate.isPending}
            onPress={() => reinstate.mutate({ publication: publication.id })}
          >
            {t('alike.reinstate')}
          </Button>
        </p>
      )}
      {publication.open_likenesses > 0 && (
        <Button kind="quiet" small icon={CopyCheck} onPress={props.onAlike}>
          {t('alike.question', { count: publication.open_likenesses })}
        </Button>
      )}
      {copies.length > 0 && (
        <details>
          <summary>{t('alike.copies', { count: copies.length })}</summary>
          <ul>
            {copies.map((copy) => (
              <li key={copy.sha256} title={copy.path}>
                <bdi>{copy.name}</bdi> <span>{formats.bytes(copy.bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {reinstate.error && <ErrorLine trouble={reinstate.error} />}
    </div>
  );
}
