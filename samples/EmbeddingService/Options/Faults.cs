using System.Numerics;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Options;

/// <summary>What is wrong with options, all of it at once, by the names that a user sets.</summary>
internal sealed class Faults(string section)
{
    private readonly List<string> _found = [];

    public Faults Between<T>(string name, T value, T least, T most)
        where T : INumber<T> => That(value >= least && value <= most, name, $"from {least} to {most}", value);

    public Faults That(bool holds, string name, string expected, object? found)
    {
        if (!holds) _found.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{section}:{name}: expected {expected}, found {found ?? "nothing"}."));
        return this;
    }

    public ValidateOptionsResult Result => _found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_found);
}
