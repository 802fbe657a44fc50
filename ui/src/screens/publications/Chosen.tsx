import { FilePlus, Paperclip, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { useLang, useT } from '../../text';
import { Attach } from './Attach';
import css from './Publications.module.css';

/** Below the table: what can be done with the ticked publications, or how the table is worked. */
export function Chosen(props: { chosen: string[]; onDone: () => void }) {
  const t = useT();
  const { lang } = useLang();
  const [attaching, setAttaching] = useState(false);
  const bundle = useAct('publications.bundle', (draft) => void go({ name: 'editor', draft: draft.id }));
  const remove = useAct('publications.remove', undefined, { inOrder: true });
  const failed = bundle.error ?? remove.error;
  const { chosen } = props;
  return (
    <>
      {failed && (
        <div className={css.trouble}>
          <ErrorLine trouble={failed} />
        </div>
      )}
      <div className={css.chosen} aria-live="polite">
        {chosen.length > 0 ? (
          <>
            <strong>{t('publications.chosen', { count: chosen.length })}</strong>
            <Button
              kind="primary"
              icon={FilePlus}
              isDisabled={bundle.isPending}
              onPress={() => bundle.mutate({ publications: chosen, lang })}
            >
              {t('publications.make_piece')}
            </Button>
            <Button icon={Paperclip} onPress={() => setAttaching(true)}>
              {t('publications.attach')}
            </Button>
            <Button
              kind="danger"
              icon={Trash2}
              onPress={() => {
                for (const publication of chosen) remove.mutate({ publication });
                props.onDone();
              }}
            >
              {t('publications.remove')}
            </Button>
            <Button kind="quiet" icon={X} onPress={props.onDone}>
              {t('publications.untick')}
            </Button>
          </>
        ) : (
          <span className={css.hint}>{t('publications.hint')}</span>
        )}
      </div>
      {attaching && <Attach publications={chosen} onClose={() => setAttaching(false)} />}
    </>
  );
}
