import { useState } from 'react';
import type { LanguageDiff, ReviewDiff } from '../../backend/wire';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { Tabs } from '../../parts/Tabs';
import { Commented } from '../../pieces/comments/Commented';
import { changedForms, changedWords, isSame } from '../../pieces/paragraphs';
import { useFieldName } from '../../pieces/useFieldName';
import { valueText } from '../../pieces/values';
import { useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { Changes } from './Changes';
import { ComparedWith } from './ComparedWith';
import css from './Difference.module.css';
import { Files } from './Files';
import { Whole } from './Whole';

type View = 'changes' | 'whole';

/** What changed since the last approval, or since what a portal shows, language by language, or the whole as it will look; then fields and files. */
export function Difference(props: { draft: string; decides: boolean }) {
  const t = useT();
  const { languageName } = useFormats();
  const [portal, setPortal] = useState<string | null>(null);
  const diff = useLive(
    'review.diff',
    portal === null ? { draft: props.draft } : { draft: props.draft, portal },
    ['drafts', 'review', 'outbox'],
  );
  const comments = useLive('review.comments', { draft: props.draft }, ['drafts', 'review'], { keep: false });
  const [lang, setLang] = useState<string | null>(null);
  const [wanted, setWanted] = useState<View>('changes');
  if (diff.error) {
    return (
      <div className={css.scroll}>
        <ErrorLine trouble={diff.error} />
      </div>
    );
  }
  if (!diff.data) return <div className={css.scroll} />;
  const fresh = diff.data.against === 'nothing';
  const view = fresh ? 'whole' : wanted;
  const shown = diff.data.languages.find((one) => one.lang === lang) ?? diff.data.languages[0];
  return (
    <div className={css.scroll}>
      <ComparedWith diff={diff.data} onChange={setPortal}>
        {!fresh && (
          <Choose
            label={t('review.view')}
            labelHidden
            row
            value={view}
            onChange={(id) => setWanted(id as View)}
            options={(['changes', 'whole'] as const).map((id) => ({ id, label: t(`review.view.${id}`) }))}
          />
        )}
      </ComparedWith>
      {shown && (
        <Tabs
          label={t('common.languages')}
          value={shown.lang}
          onChange={setLang}
          tabs={diff.data.languages.map((one) => ({
            id: one.lang,
            label: <LanguageLabel name={languageName(one.lang)} diff={one} fresh={fresh} />,
          }))}
        >
          <Commented
            key={shown.lang}
            draft={props.draft}
            lang={shown.lang}
            of="in_release"
            comments={comments.data?.comments ?? []}
            own={false}
            writes={props.decides}
          >
            {view === 'changes' ? <Changes diff={shown} /> : <Whole draft={props.draft} lang={shown.lang} />}
          </Commented>
        </Tabs>
      )}
      {!fresh && <Fields diff={diff.data} />}
      <Files files={diff.data.files} />
    </div>
  );
}

function LanguageLabel(props: { name: string; diff: LanguageDiff; fresh: boolean }) {
  const t = useT();
  const { title, summary, body } = props.diff;
  const all = [...title, ...summary, ...body];
  const words = changedWords(all);
  const forms = changedForms(body);
  const told = [
    words > 0 && t('review.words_changed', { count: words }),
    forms > 0 && t('review.forms_changed', { count: forms }),
    // A sign, a box or a picture: no word, and yet not as it was.
    words + forms === 0 && t(isSame(all) ? 'review.same' : 'review.changed'),
  ];
  return (
    <>
      {props.name}
      {!props.fresh && <span className={css.count}>{told.filter(Boolean).join(' · ')}</span>}
    </>
  );
}

function Fields({ diff }: { diff: ReviewDiff }) {
  const t = useT();
  const fieldName = useFieldName();
  const { languageName } = useFormats();
  // A localized field is named with its language: `keywords.ar`.
  const label = (key: string) => {
    const [name = key, lang] = key.split('.');
    const field = fieldName(name === 'areas' ? 'thematicAreas' : name);
    return lang ? `${field} (${languageName(lang)})` : field;
  };
  if (diff.fields.length === 0) return null;
  return (
    <section className={css.part}>
      <h3>{t('review.fields')}</h3>
      <table className={css.fields}>
        <thead>
          <tr>
            <th scope="col">{t('review.field')}</th>
            <th scope="col">{t('review.before')}</th>
            <th scope="col">{t('review.after')}</th>
          </tr>
        </thead>
        <tbody>
          {diff.fields.map((field) => (
            <tr key={field.key}>
              <th scope="row">{label(field.key)}</th>
              <td>
                <bdi>{valueText(field.before)}</bdi>
              </td>
              <td>
                <bdi>{valueText(field.after)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
