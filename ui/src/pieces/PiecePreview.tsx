import { Paperclip } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Draft, LanguageVersion } from '../backend/wire';
import { ErrorLine } from '../parts/ErrorLine';
import { fetched } from '../parts/fetched';
import { Tabs } from '../parts/Tabs';
import { useLive } from '../state/live';
import { nameIn, useVocabulary } from '../state/vocabulary';
import { direction, isDisplayLang, useFormats, useLang, useT } from '../text';
import css from './PiecePreview.module.css';
import { useTypeName } from './useTypeName';

const PieceText = fetched(async () => (await import('./PieceText')).PieceText);

/** A piece as the portal will show it: one sheet for each language. `children` stands above the sheet. */
export function PiecePreview(props: { id: string; children?: (draft: Draft) => ReactNode }) {
  const t = useT();
  const { languageName } = useFormats();
  const draft = useLive('drafts.open', { draft: props.id }, ['drafts', 'review', 'outbox']);
  const [wanted, setWanted] = useState<string | null>(null);
  if (draft.error && !draft.data) {
    return (
      <div className={css.preview}>
        <ErrorLine trouble={draft.error} />
      </div>
    );
  }
  const piece = draft.data;
  if (!piece) return <div className={css.preview} />;
  const version =
    piece.languages.find((one) => one.lang === wanted) ??
    piece.languages.find((one) => one.lang === piece.primary_lang) ??
    piece.languages[0];
  return (
    <div className={css.preview}>
      {props.children?.(piece)}
      {version && piece.languages.length > 1 ? (
        <Tabs
          label={t('common.languages')}
          tabs={piece.languages.map((one) => ({ id: one.lang, label: languageName(one.lang) }))}
          value={version.lang}
          onChange={setWanted}
        >
          <Sheet piece={piece} version={version} />
        </Tabs>
      ) : (
        version && <Sheet piece={piece} version={version} />
      )}
    </div>
  );
}

function Sheet({ piece, version }: { piece: Draft; version: LanguageVersion }) {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const typeName = useTypeName();
  const vocabulary = useVocabulary();
  const body = useLive('drafts.render', { draft: piece.id, lang: version.lang }, ['drafts']);
  const speech = isDisplayLang(version.lang) ? version.lang : lang;
  const areas = piece.areas.map(
    (id) => nameIn(vocabulary?.areas.find((area) => area.id === id)?.name, speech) || id,
  );
  const empty = version.words === 0 && version.summary === '';
  return (
    <article className={css.sheet} lang={version.lang} dir={direction(version.lang)}>
      <p className={css.over}>
        {typeName(piece.type)}
        {areas.length > 0 && <> · {formats.list(areas)}</>}
      </p>
      <h2 className={css.title}>
        {version.title || <span className={css.none}>{t('common.untitled')}</span>}
      </h2>
      {version.summary && <p className={css.summary}>{version.summary}</p>}
      {empty && <p className={css.none}>{t('common.preview.empty')}</p>}
      {body.data && <PieceText html={body.data.html} lang={version.lang} dir={body.data.dir} />}
      {piece.attachments.length > 0 && (
        <ul className={css.files}>
          {piece.attachments
            .filter((file) => file.role !== 'picture')
            .map((file) => (
              <li key={file.id}>
                <Paperclip size={15} aria-hidden />
                <bdi>{file.title || file.name}</bdi>
                <span className={css.size}>{formats.bytes(file.bytes)}</span>
              </li>
            ))}
        </ul>
      )}
    </article>
  );
}
