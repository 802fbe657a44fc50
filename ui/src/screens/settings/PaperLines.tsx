import { Printer } from 'lucide-react';
import { Button } from '../../parts/Button';
import { useT } from '../../text';
import own from './Keys.module.css';
import css from './Settings.module.css';

/** The recovery key, shown once: it is kept nowhere but on the paper it is written to now. */
export function PaperLines(props: { lines: string; onDone: () => void }) {
  const t = useT();
  return (
    <div className={own.paper} role="group" aria-label={t('proof.paper')}>
      <h3>{t('proof.paper')}</h3>
      <p>{t('proof.paper.text')}</p>
      <pre dir="ltr">{props.lines.trim()}</pre>
      <div className={css.ways}>
        <Button icon={Printer} onPress={() => window.print()}>
          {t('proof.paper.print')}
        </Button>
        <Button kind="primary" onPress={props.onDone}>
          {t('proof.paper.done')}
        </Button>
      </div>
    </div>
  );
}
