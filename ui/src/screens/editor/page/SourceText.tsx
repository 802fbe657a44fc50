import { useEffect, useState } from 'react';
import { call, Failure } from '../../../backend';
import type { Body } from '../../../editor';
import { Button } from '../../../parts/Button';
import { ErrorLine } from '../../../parts/ErrorLine';
import { direction, useT } from '../../../text';
import type { VersionWork } from '../work/version';
import css from './Page.module.css';

/**
 * The text as Markdown, in place of the page. The page stays behind it and takes what was changed as one step that can
 * be undone, so nothing of its undoing is lost.
 */
export function SourceText(props: {
  version: VersionWork;
  body: Body;
  readOnly: boolean;
  onBack: () => void;
}) {
  const t = useT();
  const { version, body, onBack } = props;
  const [text, setText] = useState<string | null>(null);
  const [opened, setOpened] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);

  useEffect(() => {
    let wanted = true;
    const open = async () => {
      // What could not be saved is told above the page.
      if (!(await version.autosave.flush())) return onBack();
      const draft = await call('drafts.open', { draft: version.draft });
      const here = draft.languages.find((one) => one.lang === version.lang);
      if (!wanted || !here) return;
      version.sourceShown(here.body);
      setOpened(here.body);
      setText(here.body);
    };
    open().catch((thrown: unknown) => wanted && setFailure(Failure.from(thrown)));
    return () => {
      wanted = false;
    };
  }, [version, onBack]);

  const back = async () => {
    try {
      if (text !== null && text !== opened) {
        if (!(await version.autosave.flush())) return;
        const { document } = await call('drafts.document', { draft: version.draft, lang: version.lang });
        version.pageAgain();
        body.replace(document);
      } else version.pageAgain();
      onBack();
      setTimeout(() => body.focus());
    } catch (thrown) {
      setFailure(Failure.from(thrown));
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves the whole of it
    <div
      className={css.source}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        void back();
      }}
    >
      <div className={css.sourceHead}>
        <p>{t('editor.source.about')}</p>
        <Button small onPress={() => void back()}>
          {t('editor.source.leave')}
        </Button>
      </div>
      {failure && <ErrorLine trouble={failure} />}
      {text !== null && (
        <textarea
          className={css.sourceText}
          aria-label={t('editor.source')}
          lang={version.lang}
          dir={direction(version.lang)}
          spellCheck
          // biome-ignore lint/a11y/noAutofocus: it was just asked for
          autoFocus
          readOnly={props.readOnly}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            version.setSource(event.target.value);
          }}
          onBlur={() => void version.autosave.flush()}
        />
      )}
    </div>
  );
}
