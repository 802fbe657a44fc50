import { X } from 'lucide-react';
import { useT } from '../text';
import { Button } from './Button';
import css from './Toasts.module.css';
import { dismiss, hold, release, useToast } from './toasts';

/** Where the word of what was just done appears; once in the window, in the middle of the foot. */
export function Toasts() {
  const t = useT();
  const one = useToast();
  return (
    <div role="status" className={css.place} data-not-printed>
      {one && (
        // biome-ignore lint/a11y/noStaticElementInteractions: being near it only keeps it from leaving
        <div
          key={one.id}
          className={css.toast}
          onPointerEnter={hold}
          onPointerLeave={release}
          onFocus={hold}
          onBlur={release}
        >
          <span>{one.text}</span>
          {one.undo && (
            <Button
              kind="quiet"
              small
              onPress={() => {
                one.undo?.act();
                dismiss(one.id);
              }}
            >
              {one.undo.label}
            </Button>
          )}
          <Button
            kind="quiet"
            small
            icon={X}
            aria-label={t('common.close')}
            onPress={() => dismiss(one.id)}
          />
        </div>
      )}
    </div>
  );
}
