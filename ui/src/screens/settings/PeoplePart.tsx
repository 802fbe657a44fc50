import { LockKeyhole, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { keyName } from '../../parts/keys';
import { Select } from '../../parts/Select';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { leaveDesk } from '../../state/leave';
import { useAct, useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { useT } from '../../text';
import { DeskLock } from './DeskLock';
import own from './Keys.module.css';
import css from './Settings.module.css';

const MINUTES = [2, 5, 10, 30, 60];

/** Who shares this PC, and the lock of this desk. */
export function PeoplePart() {
  const t = useT();
  const { state } = useMe();
  const known = useLive('people.state', {}, ['settings']);
  const [adding, setAdding] = useState(false);
  const set = useAct('settings.set');
  const people = known.data?.people ?? [];
  const shared = people.length > 1;
  return (
    <section className={css.part} id="sharing" aria-labelledby="settings-sharing">
      <div className={css.with}>
        <h2 id="settings-sharing">{t('people.settings')}</h2>
        <p className={css.quiet}>{t('people.settings_text')}</p>
      </div>
      {shared && (
        <ul className={own.keys}>
          {people.map((one) => (
            <li key={one.id} className={own.key}>
              <strong>
                <bdi>{one.name || t('people.nameless')}</bdi>
              </strong>
              <span className={css.quiet}>
                {[one.here && t('people.here'), one.locked && t('people.locked_mark')]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {adding ? (
        <AddPerson
          taken={people.map((one) => one.name)}
          onDone={() => {
            setAdding(false);
            void known.refetch();
          }}
        />
      ) : (
        <div className={css.ways}>
          <Button icon={UserPlus} onPress={() => setAdding(true)}>
            {t('people.add')}
          </Button>
          {shared && (
            <Button
              icon={Users}
              aria-keyshortcuts="Control+Shift+U"
              title={keyName('Mod+Shift+U')}
              onPress={() => void leaveDesk()}
            >
              {t('people.switch')}
            </Button>
          )}
          {state.locked && (
            <Button
              icon={LockKeyhole}
              aria-keyshortcuts="Control+L"
              title={keyName('Mod+L')}
              onPress={() => void leaveDesk()}
            >
              {t('people.leave_lock')}
            </Button>
          )}
        </div>
      )}
      {(shared || state.locked) && (
        <Select
          label={t('people.after')}
          help={t('people.after_help')}
          value={String(state.settings.lock_after)}
          onChange={(value) => set.mutate({ key: 'lock_after', value: Number(value) })}
          choices={[
            ...MINUTES.map((minutes) => ({
              id: String(minutes),
              label: t('people.after_minutes', { minutes }),
            })),
            { id: '0', label: t('people.after_never') },
          ]}
        />
      )}
      {set.error && <ErrorLine trouble={set.error} />}
      <DeskLock />
    </section>
  );
}

function AddPerson(props: { taken: string[]; onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState('');
  const add = useAct('people.add', () => {
    toast(t('people.added', { name: name.trim() }));
    props.onDone();
  });
  const isWrong = name.trim() === '' || props.taken.includes(name.trim());
  return (
    <EntryForm
      submit={t('people.add')}
      ready={!isWrong}
      isPending={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate({ name: name.trim() })}
      onCancel={props.onDone}
    >
      {(asked) => (
        <Field
          label={t('people.add_name')}
          help={t('people.add_help')}
          value={name}
          onChange={setName}
          trouble={asked && isWrong ? t('people.add_needed') : undefined}
          autoFocus
        />
      )}
    </EntryForm>
  );
}
