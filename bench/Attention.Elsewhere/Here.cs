namespace Attention.Elsewhere;

/// <summary>What is run on each system, a line for all that its instruction sets can.</summary>
internal static class Here
{
    public const string Command = "here";

    /// <summary>What can be asked for: the words, and the classes of tests.</summary>
    public static IEnumerable<string> Parts => [nameof(Words), .. TestMethods.Classes.Select(type => type.Name)];

    /// <param name="part">What is run.</param>
    /// <param name="file">Takes the lines: what plays a system may leave processes that hold the output open.</param>
    public static int Run(string part, string file)
    {
        using var lines = new StreamWriter(file) { AutoFlush = true };
        foreach (Finding finding in part == nameof(Words) ? Words.Run() : TestMethods.Run(part))
            lines.WriteLine(finding.Line());
        return 0;
    }
}
