import { useEffect, useRef, useState } from 'react';
import { blobUrl, call, Failure } from '../../../backend';
import {
  type BarState,
  type Body,
  directionOfLanguage,
  openBody,
  type PasteReport,
  type Tracked,
} from '../../../editor';
import { useT } from '../../../text';
import type { VersionWork } from '../work/version';
import css from './Page.module.css';
import { toBase64 } from './toBase64';

export interface PasteQuestion {
  counts: PasteReport['tracked'];
  choose: (tracked: Tracked | null) => void;
}

export interface BodyEvents {
  /** The open text, or null when it is gone or could not be opened. */
  onBody: (body: Body | null) => void;
  onBar: (bar: BarState) => void;
  onAskLink: () => void;
  onLeave: () => void;
  onPasted: (report: PasteReport) => void;
  onAskTracked: (question: PasteQuestion) => void;
  onPictureFailed: (failure: Failure) => void;
  onUnreadable: (detail: string) => void;
}

/**
 * The place of the text. React makes the element and steps aside: what is typed passes between the editor and the
 * working copy without it.
 */
export function BodyField(props: { version: VersionWork; shown: number; editable: boolean } & BodyEvents) {
  const t = useT();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [body, setBody] = useState<Body | null>(null);
  const { version, shown, editable } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` says that the text must be opened anew
  useEffect(() => {
    if (!place.current) return;
    const now = () => latest.current;
    let open: Body;
    try {
      open = openBody({
        place: place.current,
        document: version.document(),
        lang: version.lang,
        base: directionOfLanguage(version.lang),
        editable: now().editable,
        words: {
          text: t('editor.body'),
          missingAlt: t('editor.picture.missing_alt'),
          addingPicture: t('editor.picture.adding'),
          foreignPicture: t('editor.picture.foreign'),
          kept: t('editor.kept'),
          openTable: t('editor.table.open'),
          done: t('editor.item_done'),
          footnote: (label) => t('editor.footnote', { label }),
        },
        pictureUrl: blobUrl,
        async storePicture(file) {
          const base64 = await toBase64(file);
          const stored = await call('attachments.add_bytes', {
            draft: version.draft,
            name: file.name,
            base64,
            role: 'picture',
          });
          return stored.sha256;
        },
        changed: () => version.autosave.changed(),
        barChanged: (bar) => now().onBar(bar),
        askLink: () => now().onAskLink(),
        leave: () => now().onLeave(),
        pasted: (report) => now().onPasted(report),
        askTracked: (counts, choose) => now().onAskTracked({ counts, choose }),
        pictureFailed: (failure) => now().onPictureFailed(Failure.from(failure)),
      });
    } catch (thrown) {
      // Nothing is shown rather than a part: saving a part would lose the rest.
      now().onUnreadable(String(thrown));
      return;
    }
    version.shownBy(() => open.document());
    setBody(open);
    now().onBody(open);
    now().onBar(open.bar());
    const leave = () => void version.autosave.flush();
    open.view.dom.addEventListener('blur', leave);
    return () => {
      open.view.dom.removeEventListener('blur', leave);
      version.noLongerShown();
      void version.autosave.flush();
      open.destroy();
      setBody(null);
      now().onBody(null);
    };
  }, [version, shown, t]);

  useEffect(() => body?.setEditable(editable), [body, editable]);

  return <div ref={place} className={css.body} data-field="body" />;
}
