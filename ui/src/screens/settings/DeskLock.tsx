import { Printer } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Progress } from '../../parts/Progress';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { isPassphrase, NewPassphrase } from '../../pieces/NewPassphrase';
import { begin } from '../../state/leave';
import { useAct, useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { useFormats, useT } from '../../text';
import own from './Keys.module.css';
import css from './Settings.module.css';

type Doing = 'lock' | 'change' | 'renew' | 'off' | null;
const NOTHING = { one: '', two: '' };

/** The lock of this desk: put on, its passphrase, its lines on paper, taken off. */
export function DeskLock() {
  const t = useT();
  const { state } = useMe();
  const [doing, setDoing] = useState<Doing>(null);
  const [old, setOld] = useState('');
  const [words, setWords] = useState(NOTHING);
  const [lines, setLines] = useState<string | null>(null);
  const done = () => {
    setDoing(null);
    setOld('');
    setWords(NOTHING);
  };
  const shown = (paper: { lines: string }) => {
    done();
    setLines(paper.lines);
  };
  const lock = useAct('people.lock', shown);
  const renew = useAct('people.paper', shown);
  const off = useAct('people.open_for_good', begin);
  const change = useAct('people.passphrase', () => {
    toast(t('people.changed'));
    done();
  });

  if (lines) return <DeskPaper lines={lines} onDone={begin} />;
  if (lock.isPending || off.isPending) {
    return <Turning label={t(lock.isPending ? 'people.locking' : 'people.opening')} />;
  }
  const present = (
    <Field
      label={t('people.old')}
      type="password"
      autoComplete="off"
      value={old}
      onChange={setOld}
      autoFocus
    />
  );
  return (
    <>
      <p>{t(state.locked ? 'people.is_locked' : 'people.open')}</p>
      {doing === null && (
        <div className={css.ways}>
          {state.locked ? (
            <>
              <Button onPress={() => setDoing('change')}>{t('people.change')}</Button>
              <Button onPress={() => setDoing('renew')}>{t('people.renew')}</Button>
              <Button kind="danger" onPress={() => setDoing('off')}>
                {t('people.off')}
              </Button>
            </>
          ) : (
            <Button onPress={() => setDoing('lock')}>{t('people.lock')}</Button>
          )}
        </div>
      )}
      {doing === 'lock' && (
        <EntryForm
          submit={t('people.lock_now')}
          ready={isPassphrase(words)}
          isPending={lock.isPending}
          error={lock.error}
          onSubmit={() => lock.mutate({ passphrase: words.one })}
          onCancel={done}
        >
          {(asked) => (
            <>
              <p className={css.quiet}>{t('people.lock_text')}</p>
              <NewPassphrase value={words} onChange={setWords} asked={asked} autoFocus />
            </>
          )}
        </EntryForm>
      )}
      {doing === 'change' && (
        <EntryForm
          submit={t('people.change_now')}
          ready={old !== '' && isPassphrase(words)}
          isPending={change.isPending}
          error={change.error}
          onSubmit={() => change.mutate({ old, new: words.one })}
          onCancel={done}
        >
          {(asked) => (
            <>
              {present}
              <NewPassphrase value={words} onChange={setWords} asked={asked} />
            </>
          )}
        </EntryForm>
      )}
      {doing === 'renew' && (
        <EntryForm
          submit={t('people.renew_now')}
          ready={old !== ''}
          isPending={renew.isPending}
          error={renew.error}
          onSubmit={() => renew.mutate({ passphrase: old })}
          onCancel={done}
        >
          {() => (
            <>
              <p className={css.quiet}>{t('people.renew_text')}</p>
              {present}
            </>
          )}
        </EntryForm>
      )}
      {doing === 'off' && (
        <EntryForm
          submit={t('people.off_now')}
          ready={old !== ''}
          isPending={off.isPending}
          error={off.error}
          onSubmit={() => off.mutate({ passphrase: old })}
          onCancel={done}
        >
          {() => (
            <>
              <p className={css.quiet}>{t('people.off_text')}</p>
              {present}
            </>
          )}
        </EntryForm>
      )}
    </>
  );
}

/** How far the files have come. */
function Turning(props: { label: string }) {
  const t = useT();
  const formats = useFormats();
  const now = useLive('people.state', {}, [], { every: 400, keep: false });
  const { done, total } = now.data ?? { done: 0, total: 0 };
  const text = t('people.turning', { done: formats.bytes(done), total: formats.bytes(total) });
  return (
    <div className={css.form} role="status">
      <strong>{props.label}</strong>
      <Progress label={props.label} value={total > 0 ? done / total : null} text={text} />
      {total > 0 && <p className={css.quiet}>{text}</p>}
    </div>
  );
}

/** The recovery lines of the desk, shown once. */
function DeskPaper(props: { lines: string; onDone: () => void }) {
  const t = useT();
  return (
    <div className={own.paper} role="group" aria-label={t('people.paper')}>
      <h3>{t('people.paper')}</h3>
      <p>{t('people.paper_text')}</p>
      <pre dir="ltr">{props.lines.trim()}</pre>
      <div className={css.ways}>
        <Button icon={Printer} onPress={() => window.print()}>
          {t('people.print')}
        </Button>
        <Button kind="primary" onPress={props.onDone}>
          {t('people.paper_done')}
        </Button>
      </div>
    </div>
  );
}
