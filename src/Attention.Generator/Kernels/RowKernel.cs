namespace Attention.Generator.Kernels;

/// <summary>
/// A kernel that makes one row of each row: the loop over rows, with references such as <c>s</c> for the row that is read
/// and <c>d</c> for the one that is written.
/// </summary>
internal abstract record RowKernel : Kernel
{
    /// <summary>What a row becomes, for the method's summary.</summary>
    protected abstract string Formula { get; }

    /// <summary>The method's parameters; where threads share the work, those behind the team's.</summary>
    protected abstract string Parameters { get; }

    /// <summary>The number of rows, as an expression.</summary>
    protected virtual string Rows => "rows";

    /// <summary>How a team is told to run it, where threads share the work.</summary>
    protected virtual string Run(KernelCode code) => throw new InvalidOperationException(GetType().Name + " is not shared");

    /// <summary>The references of a row: name and where it begins.</summary>
    protected abstract IEnumerable<(string Name, string Start)> References { get; }

    /// <summary>Writes what is done with a row.</summary>
    protected abstract void WriteRow(KernelCode code);

    public override void Write(KernelCode code)
    {
        using (IsShared ? code.Shared(this, Formula, Parameters, Run(code)) : code.Method(this, Formula, Parameters))
        using (code.Block(IsShared ? "for (int row = chunk.Row; row < chunk.Row + chunk.Rows; row++)" : $"for (int row = 0; row < {Rows}; row++)"))
        {
            foreach ((string name, string start) in References)
                code.Line($"ref float {name} = ref {start};");
            WriteRow(code);
        }
    }
}
