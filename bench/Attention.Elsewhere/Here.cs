using System.Text;

namespace Attention.Elsewhere;

/// <summary>What is run on each system, a line for all that its instruction sets can.</summary>
internal static class Here
{
    public const string Command = "here";

    /// <summary>What can be asked for: the words, and the classes of tests.</summary>
    public static IEnumerable<string> Parts => [nameof(Words), .. TestMethods.Classes.Select(type => type.Name)];

    public static int Run(string part)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        foreach (Finding finding in part == nameof(Words) ? Words.Run() : TestMethods.Run(part))
            output.WriteLine(finding.Line());
        return 0;
    }
}
