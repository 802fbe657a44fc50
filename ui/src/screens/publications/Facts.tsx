import { FolderOpen, RotateCw } from 'lucide-react';
import { memo, useCallback, useEffect, useState } from 'react';
import type { Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { go } from '../../state/screen';
import { type MessageId, useFormats, useT } from '../../text';
import { Fact } from './Fact';
import css from './Facts.module.css';
import { FirstPage } from './FirstPage';
import { FoundInside } from './FoundInside';
import { FIELDS, type Field } from './fields';
import { Others } from './Others';
import { Sent } from './Sent';
import { ToKnow } from './ToKnow';
import type { Facts as Known } from './useColumns';

/** So much of the text is shown, in characters. */
const SHOWN_CHARS = 4000;
/** While somebody runs through the rows, the text of a file is asked for only where they stop, in milliseconds. */
const STOPPED_MS = 180;

/** What can be done beside the table; the same object for the life of the screen, so that nothing is drawn anew for it. */
export interface FactActs {
  correct: (publication: string, field: Field, value: string) => void;
  accept: (publication: string, field: Field) => void;
  alike: () => void;
}

/** Beside the table: the first page, what is known and where it was read, what is wrong, where it is used. */
export const Facts = memo(function Facts(props: {
  publication: Publication;
  facts: Known;
  /** What is looked for; where it is found inside is told. */
  words: string;
  acts: FactActs;
}) {
  const t = useT();
  const formats = useFormats();
  const { publication, facts, acts } = props;
  const correct = useCallback(
    (field: Field, value: string) => acts.correct(publication.id, field, value),
    [acts, publication.id],
  );
  const accept = useCallback((field: Field) => acts.accept(publication.id, field), [acts, publication.id]);
  const [stopped, setStopped] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStopped(true), STOPPED_MS);
    return () => clearTimeout(timer);
  }, []);
  const opened = useLive('publications.open', { publication: publication.id }, ['publications', 'drafts'], {
    keep: false,
    when: stopped,
  });
  const again = useAct('publications.describe', () => toast(t('publications.again.done')));
  const failed = opened.error ?? again.error;
  return (
    <div className={css.facts}>
      <div className={css.top}>
        <FirstPage publication={publication} ready={stopped} />
        <div className={css.file}>
          <h2 className={css.title} dir="auto">
            {publication.title || publication.name}
          </h2>
          <p dir="auto">{publication.name}</p>
          <p>
            {formats.bytes(publication.bytes)}
            {publication.pages !== null && <> · {t('publications.pages', { count: publication.pages })}</>}
          </p>
          {publication.state !== 'readable' && (
            <p className={css.state}>{t(`publications.state.${publication.state}` as MessageId)}</p>
          )}
        </div>
      </div>
      <ToKnow publication={publication} />
      <Others publication={publication} copies={opened.data?.copies ?? []} onAlike={acts.alike} />
      {stopped && props.words.trim() !== '' && (
        <FoundInside publication={publication.id} query={props.words.trim()} />
      )}
      <dl className={css.list}>
        {FIELDS.map((field) => (
          <Fact
            key={field}
            field={field}
            publication={publication}
            facts={facts}
            onCorrect={correct}
            onAccept={accept}
          />
        ))}
        <div>
          <dt>{t('publications.field.path')}</dt>
          <dd className={css.path} dir="ltr">
            <FolderOpen size={14} aria-hidden /> {publication.path}
          </dd>
        </div>
      </dl>
      {stopped && <Sent publication={publication} sent={opened.data?.sent} />}
      {failed && <ErrorLine trouble={failed} />}
      {opened.data && opened.data.drafts.length > 0 && (
        <section>
          <h3 className={css.heading}>{t('publications.used_in')}</h3>
          <ul className={css.used}>
            {opened.data.drafts.map((draft) => (
              <li key={draft.id}>
                <Button kind="quiet" small onPress={() => void go({ name: 'editor', draft: draft.id })}>
                  <bdi>{draft.title || t('common.untitled')}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {opened.data?.text && (
        <details className={css.text}>
          <summary>{t('publications.text', { count: publication.text_chars })}</summary>
          <p dir="auto">{opened.data.text.slice(0, SHOWN_CHARS)}</p>
        </details>
      )}
      <div>
        <Button
          small
          icon={RotateCw}
          isDisabled={again.isPending}
          onPress={() => again.mutate({ publication: publication.id })}
        >
          {t('publications.again')}
        </Button>
      </div>
    </div>
  );
});
