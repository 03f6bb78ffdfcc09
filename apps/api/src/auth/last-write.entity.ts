import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where in the write-ahead log a user's last write ended: a replica that is not there yet does not serve them. */
@Entity('last_writes')
export class LastWrite {
  /** No foreign key: writing it must lock nothing of the user's. */
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'last_writes_pkey' })
  userId!: string;

  /** Bytes since the log began. */
  @Column({ type: 'bigint' })
  position!: string;
}
