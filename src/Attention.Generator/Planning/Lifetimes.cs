using Attention.Generator.Graph;

namespace Attention.Generator.Planning;

/// <summary>
/// How long each value of a stage lives, counted in operations, and which values lie in one place: a result that may be
/// computed onto a value that dies there joins that value's group. A group is called by the first of its values.
/// </summary>
internal sealed class Lifetimes
{
    private readonly StageGraph _stage;
    private readonly bool _isRead;
    private readonly Dictionary<int, int> _made = [];
    private readonly Dictionary<int, int> _lastRead = [];
    private readonly Dictionary<int, int> _group = [];
    private readonly Dictionary<int, List<int>> _values = [];
    private readonly Dictionary<int, int> _before = [];
    private readonly int _outputs;

    /// <param name="stage">The stage.</param>
    /// <param name="isRead">Whether another stage reads its sequence.</param>
    public Lifetimes(StageGraph stage, bool isRead)
    {
        _stage = stage;
        _isRead = isRead;
        _outputs = stage.Operations.Count;
        for (int i = stage.Operations.Count - 1; i >= 0; i--)
        {
            Operation operation = stage.Operations[i];
            _made[operation.Result] = i;
            if (operation.Section == Section.Output)
                _outputs = i;
            foreach (int read in operation.Reads)
            {
                if (!_lastRead.ContainsKey(read))
                    _lastRead.Add(read, i);
            }
        }
    }

    public IEnumerable<int> Groups => _values.Keys;

    public IReadOnlyList<int> ValuesOf(int group) => _values[group];

    /// <summary>The last value that is made in a group.</summary>
    public int LastOf(int group) => _values[group][_values[group].Count - 1];

    /// <summary>How many rows of the group stand before those of a value.</summary>
    public int RowsBefore(int value) => _before.TryGetValue(value, out int rows) ? rows : 0;

    public int FirstUse(int group) => _made[group];

    /// <summary>The sequence lives until the outputs, which may read it again and again.</summary>
    public int LastUse(int group) => _values[group].Max(value => value == _stage.Sequence ? Math.Max(LastRead(value), _outputs) : LastRead(value));

    /// <summary>Whether a value outlives the call: what other stages read, and the result.</summary>
    public bool IsKept(int value, bool writesToCaller) =>
        (value == _stage.Sequence && (_isRead || _stage.Sequence == _stage.Output)) || (value == _stage.Labels && _isRead) || (value == _stage.Output && !writesToCaller);

    /// <summary>Puts each value that may lie on one that dies into that one's group.</summary>
    public void Unite(bool writesToCaller)
    {
        foreach (Operation operation in _stage.Operations.Where(operation => !operation.HasPlaceOfItsOwn))
        {
            int result = operation.Result, group = result;
            if (operation.LiesOn is int onto && _group.TryGetValue(onto, out int other) && Dies(onto, _made[result], writesToCaller))
            {
                group = other;
                foreach (int value in operation.RowsBefore > 0 ? _values[group] : [])
                    _before[value] = RowsBefore(value) + operation.RowsBefore;
            }
            else
            {
                _values.Add(result, []);
            }

            _group.Add(result, group);
            _values[group].Add(result);
        }
    }

    private bool Dies(int value, int at, bool writesToCaller) => value != _stage.Sequence && !IsKept(value, writesToCaller) && LastRead(value) <= at;

    private int LastRead(int value) => Math.Max(_lastRead.TryGetValue(value, out int read) ? read : 0, _made[value]);
}
