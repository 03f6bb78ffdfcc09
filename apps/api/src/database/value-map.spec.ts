import { MalformedMapping, parseValueMap } from './value-map';

describe('parseValueMap', () => {
  it('takes a column, or a table and a column, an old value and a new one', () => {
    expect(parseValueMap(['status:done=completed', 'tasks.priority:9=4'])).toEqual({
      'status:done': 'completed',
      'tasks.priority:9': '4',
    });
  });

  it('takes an empty old value, blanks and further signs', () => {
    expect(
      parseValueMap(['status:=pending', 'status:in progress=in_progress', 'users.email:A@x.org=a=b@x.org']),
    ).toEqual({
      'status:': 'pending',
      'status:in progress': 'in_progress',
      'users.email:A@x.org': 'a=b@x.org',
    });
  });

  it.each(['', 'status', 'status:done', 'status:done=', 'done=completed', ':done=completed', 'a.b.c:d=e'])(
    'refuses %j',
    (mapping) => {
      expect(() => parseValueMap([mapping])).toThrow(MalformedMapping);
    },
  );
});
