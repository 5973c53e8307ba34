using Attention.Generator.Kernels;

namespace Attention.Generator.Emit;

/// <summary>A method name for each kernel; those whose keys differ in strides only are told apart by a number.</summary>
internal sealed class KernelNames
{
    private readonly Dictionary<KernelKey, string> _names = [];

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
    }

    public string this[KernelKey key] => _names[key];
}
