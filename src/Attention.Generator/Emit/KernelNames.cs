using Attention.Generator.Kernels;

namespace Attention.Generator.Emit;

/// <summary>A method name for each kernel; those whose keys differ in strides only are told apart by a number.</summary>
internal sealed class KernelNames
{
    private readonly Dictionary<KernelKey, string> _names = [];
    private readonly Dictionary<KernelKey, int> _numbers = [];

    public KernelNames(IEnumerable<KernelKey> keys)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (KernelKey key in keys)
        {
            string name = key.Name;
            for (int n = 2; !taken.Add(name); n++)
                name = key.Name + "_" + CodeWriter.Number(n);
            _names.Add(key, name);
        }

        // Those of the second paths come last, so that the first path is the same without them.
        foreach (KernelKey key in _names.Keys.Where(key => key.IsShared).OrderBy(key => key is CapturedAttendKey))
            _numbers.Add(key, _numbers.Count);
    }

    public string this[KernelKey key] => _names[key];

    /// <summary>The number by which a team knows a kernel whose work it shares.</summary>
    public int Number(KernelKey key) => _numbers[key];

    /// <summary>The names of the shared kernels in the order of their numbers.</summary>
    public IEnumerable<string> Shared => _numbers.OrderBy(pair => pair.Value).Select(pair => _names[pair.Key]);
}
