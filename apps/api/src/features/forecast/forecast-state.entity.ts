import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the stored forecasts are: one row, written with them. Without it there are none yet. */
@Entity('forecast_state')
@Check('forecast_state_id_check', 'id')
export class ForecastState {
  /** Always true: there is one row. */
  @PrimaryColumn({ type: 'boolean', primaryKeyConstraintName: 'forecast_state_pkey' })
  id!: boolean;

  /** Of the last event that had a position when the history was read. */
  @Column({ type: 'bigint' })
  position!: string;

  @Column({ name: 'as_of', type: 'timestamptz' })
  asOf!: string;

  /** How long they took, ms. */
  @Column({ name: 'took_ms', type: 'integer' })
  tookMs!: number;
}
