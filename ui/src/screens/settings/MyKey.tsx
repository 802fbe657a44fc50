import { FileOutput, KeyRound, Printer, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { KeyRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Fingerprint } from '../../pieces/Fingerprint';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { EndKey } from './EndKey';
import own from './Keys.module.css';
import { PaperLines } from './PaperLines';
import { RecoverKey } from './RecoverKey';
import css from './Settings.module.css';

type Doing = 'replace' | 'end' | 'recover' | null;

/** The person's own key: what it is, its fingerprint for the telephone, its file, its copy on paper, its end. */
export function MyKey() {
  const t = useT();
  const formats = useFormats();
  const list = useLive('keys.list', {}, ['settings']);
  const [doing, setDoing] = useState<Doing>(null);
  const made = useAct('keys.create');
  const replaced = useAct('keys.rotate', () => setDoing(null));
  const keys = (list.data?.keys ?? []).filter((key) => key.ours);
  const key = keys.filter((one) => !one.ended).at(-1);
  const before = keys.filter((one) => one.ended).reverse();
  const lines = replaced.data?.paper ?? made.data?.paper ?? null;
  const failed = list.error ?? made.error ?? replaced.error;
  return (
    <section className={css.part} id="key" aria-labelledby="settings-key">
      <div className={css.with}>
        <h2 id="settings-key">{t('proof.key')}</h2>
        <p className={css.quiet}>{t('proof.key.text')}</p>
      </div>
      {failed && <ErrorLine trouble={failed} />}
      {lines && (
        <PaperLines
          lines={lines}
          onDone={() => {
            made.reset();
            replaced.reset();
          }}
        />
      )}
      {list.data && !key && (
        <>
          <p>{t(before.length > 0 ? 'proof.key.none_any_more' : 'proof.key.none')}</p>
          <div className={css.ways}>
            <Button
              icon={KeyRound}
              isDisabled={made.isPending}
              onPress={() => made.mutate({ label: String(keys.length + 1), paper: true })}
            >
              {t('proof.key.make')}
            </Button>
          </div>
        </>
      )}
      {key && (
        <div className={own.mine}>
          <p>{t('proof.key.print')}</p>
          <Fingerprint value={key.fingerprint} large />
          <p className={css.quiet}>
            {t('proof.key.since', { name: key.name, time: formats.date(key.added_at) })}{' '}
            {t(key.recovery ? 'proof.key.on_paper' : 'proof.key.not_on_paper')}
          </p>
          <div className={css.ways}>
            <GiveKey row={key} />
            {!key.recovery && (
              <Button
                icon={Printer}
                isDisabled={replaced.isPending}
                onPress={() => replaced.mutate({ key: key.id, paper: true })}
              >
                {t('proof.key.to_paper')}
              </Button>
            )}
            <Button icon={RefreshCw} onPress={() => setDoing(doing === 'replace' ? null : 'replace')}>
              {t('proof.key.replace')}
            </Button>
            <Button kind="danger" onPress={() => setDoing(doing === 'end' ? null : 'end')}>
              {t('proof.key.end')}
            </Button>
          </div>
          {doing === 'replace' && (
            <div className={css.form}>
              <p>{t('proof.key.replace_text')}</p>
              <div className={css.ways}>
                <Button
                  kind="primary"
                  isDisabled={replaced.isPending}
                  onPress={() => replaced.mutate({ key: key.id, paper: true })}
                >
                  {t('proof.key.replace_now')}
                </Button>
                <Button onPress={() => setDoing(null)}>{t('common.action.cancel')}</Button>
              </div>
            </div>
          )}
          {doing === 'end' && <EndKey row={key} onDone={() => setDoing(null)} />}
        </div>
      )}
      {keys.some((one) => one.recovery) &&
        (doing === 'recover' ? (
          <RecoverKey
            row={(key?.recovery ? key : keys.filter((one) => one.recovery).at(-1)) as KeyRow}
            onDone={() => setDoing(null)}
          />
        ) : (
          <div className={css.ways}>
            <Button kind="quiet" onPress={() => setDoing('recover')}>
              {t('proof.key.recover')}
            </Button>
          </div>
        ))}
      {before.length > 0 && (
        <details>
          <summary>{t('proof.key.before', { count: before.length })}</summary>
          <ul className={own.keys}>
            {before.map((one) => (
              <li key={one.id} className={own.key} data-ended>
                <div className={own.mine}>
                  <span>{t(`proof.ended.${one.ended as 'replaced' | 'left' | 'lost'}`)}</span>
                  <Fingerprint value={one.fingerprint} />
                </div>
                <GiveKey row={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** The file others need: the card of a key that holds, or that a key ended. */
function GiveKey({ row }: { row: KeyRow }) {
  const t = useT();
  const save = useAct('files.save_as');
  const write = useAct('keys.export');
  const failed = save.error ?? write.error;
  const name = `qalam-key-${row.fingerprint.slice(0, 5)}${row.ended ? '-ended' : ''}.qalam-key`;
  return (
    <>
      <Button
        icon={FileOutput}
        onPress={() =>
          save.mutate(
            { name },
            { onSuccess: ({ path }) => path !== null && write.mutate({ key: row.id, to: path }) },
          )
        }
      >
        {t(row.ended ? 'proof.key.give_end' : 'proof.key.give')}
      </Button>
      <span role="status">{write.isSuccess && !failed ? t('proof.key.given') : ''}</span>
      {failed && <ErrorLine trouble={failed} />}
    </>
  );
}
