import { ArrowLeft, FileSearch } from 'lucide-react';
import { useEffect, useState } from 'react';
import { onDrop } from '../../backend';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { useAct } from '../../state/live';
import { back } from '../../state/screen';
import { useT } from '../../text';
import { Looked } from './Looked';
import css from './Proof.module.css';

/** A review file that came by stick or e-mail: what it is, whether it holds, what taking it in would change. */
export function ByFile(props: { file?: string }) {
  const t = useT();
  const [over, setOver] = useState(false);
  const choose = useAct('publications.choose');
  const look = useAct('review.look');
  const open = look.mutate;
  useEffect(
    () =>
      onDrop((drop) => {
        setOver(drop.kind === 'over');
        const path = drop.kind === 'drop' ? drop.paths[0] : undefined;
        if (path !== undefined) open({ path });
      }),
    [open],
  );
  useEffect(() => {
    if (props.file !== undefined) open({ path: props.file });
  }, [props.file, open]);
  const failed = choose.error ?? look.error;
  const ask = () =>
    choose.mutate(
      { folder: false },
      { onSuccess: ({ paths: [path] }) => path !== undefined && open({ path }) },
    );
  return (
    <div className={css.screen}>
      <ScreenHead title={t('proof.by_file')} note={t('proof.by_file.note')}>
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('proof.back')}
        </Button>
      </ScreenHead>
      <div className={`${css.inside} ${over ? css.over : ''}`}>
        <section className={css.part} aria-labelledby="by-file-open">
          <div className={css.drop}>
            <h2 id="by-file-open">{t('proof.open')}</h2>
            <p className={css.quiet}>{t('proof.open.text')}</p>
            <Button
              kind={look.data ? 'plain' : 'primary'}
              icon={FileSearch}
              isDisabled={look.isPending}
              onPress={ask}
            >
              {t('proof.open.choose')}
            </Button>
          </div>
          {failed && <ErrorLine trouble={failed} />}
        </section>
        {look.data && !look.error && (
          <Looked
            key={look.submittedAt}
            path={look.variables.path}
            look={look.data}
            again={() => open({ path: look.variables.path })}
          />
        )}
      </div>
    </div>
  );
}
