import { useState } from 'react';
import type { ConflictView } from '../../backend/wire';
import { ErrorLine } from '../../parts/ErrorLine';
import { fetched } from '../../parts/fetched';
import { Tabs } from '../../parts/Tabs';
import { useLive } from '../../state/live';
import { direction, useFormats, useT } from '../../text';
import type { Choices } from './parts';
import css from './Result.module.css';

const PieceText = fetched(async () => (await import('../../pieces/PieceText')).PieceText);

/** The piece as it becomes by the choices, as readers will see it. */
export function Result(props: { view: ConflictView; choices: Choices }) {
  const t = useT();
  const { languageName } = useFormats();
  const [lang, setLang] = useState<string | null>(null);
  const { draft, portal } = props.view;
  const preview = useLive('conflicts.preview', { draft, portal, choices: props.choices }, [
    'drafts',
    'outbox',
  ]);
  if (preview.error) return <ErrorLine trouble={preview.error} />;
  const languages = preview.data?.languages ?? [];
  const shown = languages.find((one) => one.lang === lang) ?? languages[0];
  if (!shown) return null;
  const sheet = (
    <article className={css.sheet} lang={shown.lang} dir={direction(shown.lang)}>
      <h2 className={css.title}>{shown.title || t('common.untitled')}</h2>
      {shown.summary && <p className={css.summary}>{shown.summary}</p>}
      <PieceText html={shown.body.html} lang={shown.lang} dir={shown.body.dir} />
    </article>
  );
  if (languages.length === 1) return sheet;
  return (
    <Tabs
      label={t('common.languages')}
      tabs={languages.map((one) => ({ id: one.lang, label: languageName(one.lang) }))}
      value={shown.lang}
      onChange={setLang}
    >
      {sheet}
    </Tabs>
  );
}
