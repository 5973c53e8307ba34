namespace Attention.Bench;

/// <summary>What stands behind a command's name: flags, and names with a value.</summary>
internal sealed class Options(string[] args)
{
    public bool Has(string flag) => args.Contains(flag);

    public string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;

    public int Number(string name, int otherwise) => Value(name) is string text ? int.Parse(text) : otherwise;
}
