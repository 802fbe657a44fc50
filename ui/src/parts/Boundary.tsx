import { Component, type ReactNode } from 'react';
import { ErrorLine, type Trouble } from './ErrorLine';

/** Keeps a fault inside the screen it happened in: the rest of the window goes on, and the fault is told. */
export class Boundary extends Component<{ children: ReactNode }, { trouble: Trouble | null }> {
  override state: { trouble: Trouble | null } = { trouble: null };

  static getDerivedStateFromError(thrown: unknown) {
    const detail = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ''}` : String(thrown);
    return { trouble: { code: 'internal', params: {}, detail } };
  }

  override render() {
    if (!this.state.trouble) return this.props.children;
    return (
      <div className="unopened">
        <ErrorLine trouble={this.state.trouble} />
      </div>
    );
  }
}
