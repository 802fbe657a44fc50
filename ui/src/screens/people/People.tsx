import { ArrowLeft, LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import type { PersonRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { initials } from '../../pieces/initials';
import { begin } from '../../state/leave';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import css from './People.module.css';
import { Recover } from './Recover';
import { Unlock } from './Unlock';

/** The screen while no desk is open: who is working, and the passphrase of a locked desk. */
export function People() {
  const t = useT();
  const known = useLive('people.state', {}, []);
  const [chosen, setChosen] = useState<string | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const enter = useAct('people.enter', begin);
  if (known.error) {
    return (
      <main className={css.screen}>
        <ErrorLine trouble={known.error} />
      </main>
    );
  }
  const people = known.data?.people ?? [];
  const alone = people.length === 1;
  const person = alone ? people[0] : people.find((one) => one.id === chosen);
  if (known.isPending) return null;

  const choose = (one: PersonRow) => {
    setForgotten(false);
    setChosen(one.id);
    if (!one.locked) enter.mutate({ id: one.id });
  };

  return (
    <main className={css.screen}>
      <div className={css.sheet}>
        <header className={css.head}>
          <h1>{t(alone ? 'people.locked' : 'people.who')}</h1>
          <p>{t(alone ? 'people.locked_text' : 'people.who_text')}</p>
        </header>
        {!alone && (
          <ul className={css.people}>
            {people.map((one, index) => (
              <li key={one.id}>
                <button
                  type="button"
                  className={css.person}
                  aria-pressed={one.id === chosen}
                  // biome-ignore lint/a11y/noAutofocus: nothing else can be done on this screen
                  autoFocus={index === 0}
                  onClick={() => choose(one)}
                >
                  <span className={css.mark} aria-hidden>
                    {initials(one.name || t('people.nameless'))}
                  </span>
                  <bdi>{one.name || t('people.nameless')}</bdi>
                  {one.locked && (
                    <span className={css.lock}>
                      <LockKeyhole size={16} aria-hidden />
                      <span className="only-heard">{t('people.locked_mark')}</span>
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        )}
        {enter.error && <ErrorLine trouble={enter.error} />}
        {person?.locked &&
          (forgotten ? (
            <>
              <Recover key={person.id} id={person.id} />
              <div>
                <Button kind="quiet" icon={ArrowLeft} mirror onPress={() => setForgotten(false)}>
                  {t('people.back')}
                </Button>
              </div>
            </>
          ) : (
            <Unlock key={person.id} id={person.id} onForgotten={() => setForgotten(true)} />
          ))}
      </div>
    </main>
  );
}
